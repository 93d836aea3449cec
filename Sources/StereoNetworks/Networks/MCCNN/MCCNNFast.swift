public import Kernels
public import NeuralNetwork
public import StereoCore
public import StereoMatching
internal import Tensors

/// Minus the cosine of learned features: MC-CNN's fast matching cost.
///
///     C(y, x, d) = −⟨l(y, x), r(y, x − d)⟩,    l, r features of unit length
///
/// Costs lie in −1 … 1. Any checkpoint with 3×3 layers `conv_blocks.0`, `.2` … is taken; what its tensors do not tell is
/// read from its metadata (`standard-deviation`, `padding`), else it is taken for one of CNES's.
///
/// Source: Žbontar & LeCun, Stereo matching by training a convolutional neural network to compare image patches, JMLR 2016,
/// section 3.1.
public struct MCCNNFast: ByteMatchingCost {
  package let features: MCCNNFeatures

  /// One pixel for each convolution.
  public var margins: Margins { Margins(horizontal: features.margin, vertical: features.margin) }

  /// Takes the weights of a fast network.
  ///
  /// - Parameters:
  ///   - settings: conventions that the file does not tell, by key.
  ///   - context: threads that pack the weights.
  /// - Throws: `WeightError` with every tensor that does not fit; ``StereoCore/StereoError`` for settings.
  public init(
    _ weights: WeightStore, settings: [String: String] = [:], in context: ComputeContext = ComputeContext()
  ) throws {
    try self.init(weights, conventions: MCCNNConventions(settings, weights), in: context)
  }

  /// The same with conventions that were read.
  package init(_ weights: WeightStore, conventions: MCCNNConventions, in context: ComputeContext) throws {
    let reader = LayerReader(weights)
    features = MCCNNFeatures(reader, conventions: conventions, rectifiesLast: false)
    try reader.finish(in: context)
  }

  /// Most of the work is the network's.
  public var workShare: Double { 0.6 }

  /// `[H, W, D]` costs.
  ///
  /// - Throws: ``StereoCore/StereoError/cancelled``.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) throws(StereoError) -> CostVolume {
    let volume = Volume<Float>(width: pair.width, height: pair.height, depth: range.count, repeating: .nan)
    let cells = SharedPointer(volume.storage)
    let bands = MCCNNBands(features, of: pair)
    for band in MCCNNFeatures.bands(height: pair.height) {
      let (left, right) = bands.unitFeatures(of: pair, rows: band, in: context)
      join(left, right, range, into: cells.pointer + band.lowerBound * pair.width * range.count, context)
      try context.advance(Double(band.upperBound) / Double(pair.height))
    }
    return CostVolume(costs: volume, range: range)
  }

  /// Minus a cosine.
  public var bounds: ClosedRange<Float> { -1...1 }

  /// The features of both images and a product of them for every pixel and disparity.
  public func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int {
    size.width * size.height * (2 * features.multiplyAddsPerPixel + range.count * features.maps)
  }

  /// Two activations of a band for each image.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    2 * features.memory(width: size.width, height: size.height).byteCount
  }

  /// The same: there is no volume of floats.
  public func byteScratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    scratchBytes(for: size, over: range, threads: threads)
  }

  /// `[H, W, D]` costs in bytes, row by row as the features come: no volume of floats.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    in context: ComputeContext
  ) throws(StereoError) -> ByteCostVolume {
    let depth = ByteCosts.depth(planes: range.count)
    let cells = Volume<UInt8>(uninitializedWidth: pair.width, height: pair.height, depth: depth)
    let bands = MCCNNBands(features, of: pair)
    for band in MCCNNFeatures.bands(height: pair.height) {
      let (left, right) = bands.unitFeatures(of: pair, rows: band, in: context)
      let (width, channels, stride) = (pair.width, left.shape.channels, pair.width * left.pixel)
      let out = SharedPointer(cells.storage + band.lowerBound * width * depth)
      context.items(band.count, scratchFloats: CosineJoin.scratchFloats(width: width, channels: channels)) {
        y, scratch in
        CosineJoin.joinToBytes(
          width: width, channels: channels, lower: range.lowerBound, count: range.count,
          left: left.base + Int(y) * stride, right: right.base + Int(y) * stride, pixel: left.pixel,
          offset: quantisation.offset, scale: 1 / quantisation.step, into: out.pointer + Int(y) * width * depth,
          scratch: scratch, instructionSet: context.instructionSet)
      }
      try context.advance(Double(band.upperBound) / Double(pair.height))
    }
    return ByteCostVolume(cells: cells, range: range, quantisation: quantisation)
  }

  /// The costs of a band's rows; `out` is the first row's first cell.
  func join(
    _ left: FeatureView, _ right: FeatureView, _ range: DisparityRange, into out: UnsafeMutablePointer<Float>,
    _ context: ComputeContext
  ) {
    let (width, channels) = (left.shape.width, left.shape.channels)
    let cells = SharedPointer(out)
    context.items(left.shape.height, scratchFloats: CosineJoin.scratchFloats(width: width, channels: channels)) {
      y, scratch in
      joinRow(
        Int(y), left, right, range, into: cells.pointer + Int(y) * width * range.count, scratch: scratch, context)
    }
  }

  /// The costs of row `y` of a band; `scratch` as ``Kernels/CosineJoin`` needs it.
  func joinRow(
    _ y: Int, _ left: FeatureView, _ right: FeatureView, _ range: DisparityRange,
    into out: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, _ context: ComputeContext
  ) {
    let (width, stride) = (left.shape.width, left.shape.width * left.pixel)
    CosineJoin.join(
      width: width, channels: left.shape.channels, lower: range.lowerBound, count: range.count,
      left: left.base + y * stride, right: right.base + y * stride, pixel: left.pixel, into: out, scratch: scratch,
      instructionSet: context.instructionSet)
  }
}

/// The memory and statistics with which the bands of one pair are computed.
struct MCCNNBands {
  private let network: MCCNNFeatures
  private let statistics: (left: ImageStatistics, right: ImageStatistics)
  private let memory: (left: MCCNNFeatures.Memory, right: MCCNNFeatures.Memory)

  init(_ features: MCCNNFeatures, of pair: borrowing RectifiedPair) {
    network = features
    let kind = features.conventions.standardDeviation
    statistics = (ImageStatistics(pair.leftGray, kind), ImageStatistics(pair.rightGray, kind))
    memory = (
      features.memory(width: pair.width, height: pair.height), features.memory(width: pair.width, height: pair.height)
    )
  }

  /// Features of both images; they are valid until the next call.
  func features(
    of pair: borrowing RectifiedPair, rows: Range<Int>, in context: ComputeContext
  ) -> (left: FeatureView, right: FeatureView) {
    (
      network(pair.leftGray, statistics.left, rows: rows, memory.left, in: context),
      network(pair.rightGray, statistics.right, rows: rows, memory.right, in: context)
    )
  }

  /// The same, of unit length (or zero).
  func unitFeatures(
    of pair: borrowing RectifiedPair, rows: Range<Int>, in context: ComputeContext
  ) -> (left: FeatureView, right: FeatureView) {
    let maps = features(of: pair, rows: rows, in: context)
    for map in [maps.left, maps.right] { Elementwise.normalise(map, floor: 1e-12, into: map, in: context) }
    return maps
  }
}
