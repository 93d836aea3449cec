import ArgumentParser
import Kernels

/// `stereodepth-bench kernels`: the convolutions and other layers of PSMNet, by instruction set and threads.
struct KernelBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract:
      "Times the kernels of the networks at the sizes of PSMNet and DispNetC: nominal and effective GFLOP/s, share of the FMA peak.",
    usage: "stereodepth-bench kernels --threads 1 --instruction-set avx2 --json")

  @Option(help: "Threads.") var threads = 1
  @Option(help: "Instruction set: portable, avx2, avx512; all of this machine if left out.") var instructionSet: String?
  @Option(help: "Only kernels whose name contains this.") var only = ""
  @Option(help: "Timed runs of each kernel; the best counts.") var runs = 3
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let asked = InstructionSet.available.filter { instructionSet == nil || $0.rawValue == instructionSet }
    if asked.isEmpty { throw ValidationError("this machine does not run \(instructionSet ?? "")") }
    var results: [JSONText] = []
    for set in asked {
      let peak = MultiplyAddPeak.perSecond(set) * Double(threads)
      if !json { print("\(set.rawValue), \(threads) threads, peak \(tenths(2 * peak / 1e9)) GFLOP/s") }
      let context = ComputeContext(instructionSet: set, parallel: Parallel(threads: threads))
      for kernel in NetworkKernel.all where kernel.name.contains(only) || only.isEmpty {
        let seconds = kernel.bestTime(runs: runs, in: context)
        let nominal = 2 * Double(kernel.multiplyAdds) / seconds / 1e9
        let effective = nominal / kernel.saving
        let share = effective * 1e9 / (2 * peak)
        if !json {
          print(
            "  \(kernel.name): \(tenths(seconds * 1e3)) ms, \(tenths(nominal)) GFLOP/s, "
              + "effective \(tenths(effective)), \(tenths(share * 100)) % of the peak")
        }
        results.append(
          .object([
            ("kernel", .text(kernel.name)), ("instructionSet", .text(set.rawValue)),
            ("threads", .number(Double(threads))), ("seconds", .number(seconds)), ("nominalGFLOPs", .number(nominal)),
            ("effectiveGFLOPs", .number(effective)), ("shareOfPeak", .number(share)),
          ]))
      }
    }
    if json { printReport([("kernels", .list(results))], asJSON: true) }
  }

  private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

/// One convolution at the size at which PSMNet runs it on images of 256×512, range 192, or DispNetC on images of 384×1280.
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
  ]

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

  /// Seconds of the fastest of several runs, after one to warm up.
  func bestTime(runs: Int, in context: ComputeContext) -> Double {
    guard let out = geometry.outputShape(of: input) else { preconditionFailure("\(name): \(input) is too small") }
    let weights = (0..<geometry.weightShape.reduce(1, *)).map { Float($0 % 17 - 8) * 0.01 }
    let convolution = Convolution(geometry, weights: weights)
    let memory = (AlignedFloats(zeros: input.floatCount), AlignedFloats(zeros: out.floatCount))
    for i in 0..<input.floatCount { memory.0.base[i] = Float(i % 31 - 15) * 0.1 }
    let (from, to) = (FeatureView(memory.0.base, shape: input), FeatureView(memory.1.base, shape: out))
    convolution(from, into: to, slope: 0, in: context)
    let clock = ContinuousClock()
    return (0..<runs).map { _ in
      let start = clock.now
      convolution(from, into: to, slope: 0, in: context)
      return start.duration(to: clock.now).seconds
    }.min() ?? 0
  }
}
