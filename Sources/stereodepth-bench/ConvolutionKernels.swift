import Kernels

/// One convolution at the size at which PSMNet runs it on images of 256×512, range 192, DispNetC on images of 384×1280, or
/// MC-CNN accurate on KITTI's.
struct NetworkKernel {
  let name: String
  let geometry: ConvolutionGeometry
  let input: FeatureShape

  /// Multiplications with addition, counted directly.
  var multiplyAdds: Int { geometry.multiplyAdds(of: input) }

  /// Direct multiplications for each one that the algorithm does.
  var saving: Double {
    Convolution.algorithm(for: geometry) == .winograd ? Convolution.winogradSaving(geometry) : 1
  }

  static let all: [NetworkKernel] = [
    planar("3x3 32-32", 128, 256, 32, 32), planar("3x3 64-64", 64, 128, 64, 64),
    planar("3x3 128-128", 64, 128, 128, 128), planar("3x3 128-128 dilated", 64, 128, 128, 128, dilation: 2),
    planar("3x3 320-128", 64, 128, 320, 128), planar("3x3 3-32 stride 2", 256, 512, 3, 32, stride: 2),
    spatial("3x3x3 32-32", 48, 64, 128, 32, 32), spatial("3x3x3 64-64", 24, 32, 64, 64, 64),
    spatial("3x3x3 32-64 stride 2", 48, 64, 128, 32, 64, stride: 2),
    spatial("3x3x3 64-64 stride 2", 24, 32, 64, 64, 64, stride: 2), spatial("3x3x3 32-1", 48, 64, 128, 32, 1),
    flow("7x7 3-64 stride 2", 384, 1280, 3, 64, 7), flow("5x5 64-128 stride 2", 192, 640, 64, 128, 5),
    flow("5x5 160-256 stride 2", 96, 320, 160, 256, 5), flow("3x3 256-512 stride 2", 48, 160, 256, 512, 3),
    planar("3x3 512-512", 24, 80, 512, 512), planar("3x3 1024-1024", 6, 20, 1024, 1024),
    flow("4x4 up 1024-512", 6, 20, 1024, 512, 4, up: true), flow("4x4 up 256-128", 24, 80, 256, 128, 4, up: true),
    flow("4x4 up 64-32", 96, 320, 64, 32, 4, up: true),
    spatial("transposed 64-64", 12, 16, 32, 64, 64, stride: 2, up: true),
    spatial("transposed 64-32", 24, 32, 64, 64, 32, stride: 2, up: true),
    single("1x1 32-64 stride 2", 128, 256, 32, 64, stride: 2), single("1x1 64-128", 64, 128, 64, 128),
    single("1x1 128-32", 64, 128, 128, 32), single("1x1 128-32 pooled", 8, 16, 128, 32),
    single("linear 112-384", 370, 1226, 112, 384), single("linear 384-384", 1, 96, 384, 384),
    single("linear 384-384 row", 1, 1226, 384, 384), single("linear 384-1", 1, 96, 384, 1),
  ]

  /// A 1×1 convolution of PSMNet, or a linear layer of MC-CNN accurate: for the pixels of an image (its first layer's halves),
  /// for one chunk of 96 pairs, for a row of pairs.
  private static func single(
    _ name: String, _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, stride: Int = 1
  ) -> NetworkKernel {
    NetworkKernel(
      name: name,
      geometry: ConvolutionGeometry(spatial: 2, inChannels: ins, outChannels: outs, kernel: 1, stride: stride),
      input: FeatureShape(height: height, width: width, channels: ins))
  }

  private static func planar(
    _ name: String, _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, stride: Int = 1, dilation: Int = 1
  ) -> NetworkKernel {
    NetworkKernel(
      name: name,
      geometry: ConvolutionGeometry(
        spatial: 2, inChannels: ins, outChannels: outs, kernel: 3, stride: stride, padding: dilation, dilation: dilation
      ),
      input: FeatureShape(height: height, width: width, channels: ins))
  }

  /// A strided or transposed layer of DispNetC at 384×1280.
  private static func flow(
    _ name: String, _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, _ kernel: Int, up: Bool = false
  ) -> NetworkKernel {
    NetworkKernel(
      name: name,
      geometry: ConvolutionGeometry(
        spatial: 2, inChannels: ins, outChannels: outs, kernel: kernel, stride: 2, padding: (kernel - 1) / 2,
        isTransposed: up),
      input: FeatureShape(height: height, width: width, channels: ins))
  }

  private static func spatial(
    _ name: String, _ depth: Int, _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, stride: Int = 1,
    up: Bool = false
  ) -> NetworkKernel {
    NetworkKernel(
      name: name,
      geometry: ConvolutionGeometry(
        spatial: 3, inChannels: ins, outChannels: outs, kernel: 3, stride: stride, padding: 1, isTransposed: up,
        outputPadding: up ? 1 : 0),
      input: FeatureShape(depth: depth, height: height, width: width, channels: ins))
  }

  /// The convolution with weights and activations that hold small numbers.
  var timed: TimedKernel {
    TimedKernel(name: name, size: "\(input)", work: .multiplyAdds(multiplyAdds, saving: saving)) { context in
      guard let out = geometry.outputShape(of: input) else { preconditionFailure("\(name): \(input) is too small") }
      let weights = (0..<geometry.weightShape.reduce(1, *)).map { Float($0 % 17 - 8) * 0.01 }
      let convolution = Convolution(geometry, weights: weights)
      let (from, to) = (Activation(input), Activation(out))
      return { convolution(from.view, into: to.view, slope: 0, in: context) }
    }
  }
}
