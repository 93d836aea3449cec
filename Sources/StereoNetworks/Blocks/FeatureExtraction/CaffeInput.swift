internal import Kernels
internal import NeuralNetwork
internal import StereoCore

/// How the networks of the Freiburg Caffe take images and give disparities: colours blue first, / 255 minus a mean, resampled to
/// the next multiples of 64; the output resampled to the images' size, its values times the ratio of the widths.
///
/// Source: the deploy prototxts of DispNet (lmb-freiburg/dispnet-flownet-docker) and iResNet (leonzfa/iResNet).
struct CaffeInput: Sendable {
  /// Height and width that the network works at are multiples of this, pixels.
  static let divisor = 64

  /// The published networks' mean, blue, green, red.
  private static let mean = SIMD3<Float>(0.411, 0.432, 0.45)

  /// What is done to the images before the graph.
  let preparation: ImagePreparation

  /// Takes the mean from the file, if it has one: the third blob of the layer that prepares the left image.
  init(_ reader: WeightReader) {
    let stored = reader.tensorIfPresent("img0s_aug.blob2", shape: [3])?.values()
    preparation = ImagePreparation(
      mean: stored.map { SIMD3($0[0], $0[1], $0[2]) } ?? Self.mean, deviation: SIMD3(repeating: 1), divisor: 1,
      blueFirst: true)
  }

  /// Adds two images of the size of `frame` and what the network sees of them.
  func callAsFunction(
    _ graph: inout NetworkGraph, _ frame: PixelSize
  ) -> (images: (left: Feature, right: Feature), resampled: (left: Feature, right: Feature)) {
    let image = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(image), graph.input(image))
    func up(_ n: Int) -> Int { (n + Self.divisor - 1) / Self.divisor * Self.divisor }
    let size = SIMD2(up(frame.height), up(frame.width))
    let (a, b) = (graph.tentResample(left, to: size), graph.tentResample(right, to: size))
    graph.record("input_left", a)
    graph.record("input_right", b)
    return ((left, right), (a, b))
  }

  /// Adds the disparities of the images' size for the negative ones of the network, and the confidence.
  ///
  /// - Parameters:
  ///   - adapted: width that the network worked at, pixels.
  ///   - agreement: 0 … 1, at the network's resolution.
  func disparities(
    _ graph: inout NetworkGraph, _ images: (left: Feature, right: Feature), from prediction: Feature, adapted: Int,
    agreement: Feature
  ) -> StereoGraph {
    graph.beginStage("resampling")
    let shape = images.left.shape
    let disparity = graph.tentResample(
      prediction, to: SIMD2(shape.height, shape.width), factor: -Float(shape.width) / Float(adapted))
    let confidence = graph.resize(agreement, to: shape.extents, alignCorners: false)
    graph.output(disparity)
    graph.output(confidence)
    return StereoGraph(
      graph: graph, left: images.left, right: images.right, disparity: disparity, confidence: confidence)
  }
}
