public import Kernels
public import NeuralNetwork
public import StereoCore
public import StereoMatching
internal import Tensors

/// MC-CNN's accurate matching cost: a learned comparison of learned features.
///
///     C(y, x, d) = −score(l(y, x), r(y, x − d)),    score in 0 … 1 by the fully connected layers
///
/// Every pair costs about 0.3 to 0.5 million multiplications: a KITTI frame with 228 disparities takes many minutes on a CPU.
/// With ``Candidates`` the fast network proposes for each pixel the K least local minima of its own cost; only those disparities
/// and their direct neighbours are compared, and every other disparity keeps what the fast network says of it, on the same scale:
///
///     C(y, x, d) = −((1 − a) · score + a · 0.84 · max(0, cos(y, x, d)))    compared,  a: ``Candidates/blend``
///     C(y, x, d) = −0.84 · max(0, cos(y, x, d))                            others
///
/// 0.84 · max(0, cos) is close to the share of matches among pairs of that cosine (a logistic fit on training crops, half of whose
/// pairs match: 0.84 at 1, 0.42 at 0.5, 0.09 at 0). With cost 0 in their place semi-global matching cannot reach a disparity
/// that was not proposed, and frames with many wrong proposals get much worse than with the fast network alone.
///
/// Source: Žbontar & LeCun, Stereo matching by training a convolutional neural network to compare image patches, JMLR 2016,
/// section 3.2. The candidates and the blend are ours.
public struct MCCNNAccurate: ByteMatchingCost {
  /// What the fast network adds: which disparities are compared, and its own word.
  public struct Candidates: Sendable {
    /// The proposing cost.
    public var proposer: MCCNNFast
    /// Local minima per pixel that are compared with their neighbours; `nil`: all disparities are.
    public var count: Int?
    /// a: the share of the fast network in the cost of compared disparities, 0 … 1.
    public var blend: Float
    /// Pixels are certain, and nothing of them is compared, where the proposer's second local minimum costs more than this above
    /// the first one; 2: none is.
    public var certainty: Float

    /// - Precondition: `count` is positive, `blend` in 0 … 1.
    public init(proposer: MCCNNFast, count: Int?, blend: Float = 0, certainty: Float = 2) {
      precondition(count.map { $0 > 0 } ?? true, "candidates: \(count ?? 0) per pixel")
      precondition((0...1).contains(blend), "candidates: a blend of \(blend)")
      self.proposer = proposer
      self.count = count
      self.blend = blend
      self.certainty = certainty
    }
  }

  /// The share of matches among pairs that the fast network finds equal.
  package static let likelihood: Float = 0.84

  /// What the fast network adds; `nil`: nothing, all disparities are compared.
  public var candidates: Candidates?
  package let features: MCCNNFeatures
  let head: MCCNNHead

  /// One pixel for each convolution, of the deeper network if there are two.
  public var margins: Margins {
    let reach = max(features.margin, candidates?.proposer.features.margin ?? 0)
    return Margins(horizontal: reach, vertical: reach)
  }

  /// Takes the weights of an accurate network.
  ///
  /// - Parameters:
  ///   - settings: conventions that the file does not tell, by key.
  ///   - candidates: what the fast network adds; `nil`: nothing, all disparities are compared.
  ///   - context: threads that pack the weights.
  /// - Throws: `WeightError` with every tensor that does not fit; ``StereoCore/StereoError`` for settings.
  public init(
    _ weights: WeightStore, settings: [String: String] = [:], candidates: Candidates? = nil,
    in context: ComputeContext = ComputeContext()
  ) throws {
    try self.init(
      weights, conventions: MCCNNConventions(settings, weights), candidates: candidates, in: context)
  }

  /// The same with conventions that were read.
  package init(
    _ weights: WeightStore, conventions: MCCNNConventions, candidates: Candidates?, in context: ComputeContext
  ) throws {
    let reader = LayerReader(weights)
    features = MCCNNFeatures(reader, conventions: conventions, rectifiesLast: true)
    let description = MCCNNHead.Description(reader.weights, maps: features.maps)
    try reader.finish(in: context)
    head = MCCNNHead(description)
    self.candidates = candidates
  }

  /// `[H, W, D]` costs.
  ///
  /// - Throws: ``StereoCore/StereoError/cancelled``.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) throws(StereoError) -> CostVolume {
    let volume = Volume<Float>(uninitializedWidth: pair.width, height: pair.height, depth: range.count)
    let (cells, count) = (SharedPointer(volume.storage), pair.width * range.count)
    try eachRow(of: pair, over: range, in: context) { y, row in
      (cells.pointer + y * count).update(from: row, count: count)
    }
    return CostVolume(costs: volume, range: range)
  }

  /// Nearly all of the work is the network's.
  public var workShare: Double { 0.95 }

  /// Minus a probability.
  public var bounds: ClosedRange<Float> { -1...0 }

  /// Features and halves of the first layer of both images, the pairs that are compared (of certain pixels, too) and what the
  /// proposer takes.
  public func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int {
    let compared = min(candidates?.count.map { 3 * min($0, range.count) } ?? range.count, range.count)
    let pixel =
      2 * (features.multiplyAddsPerPixel + features.maps * head.units) + compared * head.multiplyAddsPerPair
    return size.width * size.height * pixel + (candidates?.proposer.multiplyAdds(for: size, over: range) ?? 0)
  }

  /// Two activations of a band for each image and network, the halves of the first layer, and a row of costs a thread.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    let networks = [features] + (candidates.map { [$0.proposer.features] } ?? [])
    let activations = networks.reduce(0) { $0 + 2 * $1.memory(width: size.width, height: size.height).byteCount }
    let floats = 2 * halfShape(size).floatCount + threads * scratchFloats(width: size.width, range)
    return activations + floats * MemoryLayout<Float>.stride
  }

  /// The same: there is no volume of floats.
  public func byteScratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    scratchBytes(for: size, over: range, threads: threads)
  }

  /// `[H, W, D]` costs in bytes, row by row: no volume of floats.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    in context: ComputeContext
  ) throws(StereoError) -> ByteCostVolume {
    let depth = ByteCosts.depth(planes: range.count)
    let cells = Volume<UInt8>(uninitializedWidth: pair.width, height: pair.height, depth: depth)
    let (base, width) = (SharedPointer(cells.storage), pair.width)
    try eachRow(of: pair, over: range, in: context) { y, row in
      ByteCosts.fill(
        base.pointer + y * width * depth, width: width, from: row, planes: range.count, offset: quantisation.offset,
        scale: 1 / quantisation.step, instructionSet: context.instructionSet)
    }
    return ByteCostVolume(cells: cells, range: range, quantisation: quantisation)
  }

  private func halfShape(_ size: PixelSize) -> FeatureShape {
    FeatureShape(height: min(MCCNNFeatures.bandRows, size.height), width: size.width, channels: head.units)
  }

  private func scratchFloats(width: Int, _ range: DisparityRange) -> Int {
    let joined = candidates.map { CosineJoin.scratchFloats(width: width, channels: $0.proposer.features.maps) } ?? 0
    return width * range.count + max(head.scratchFloats, joined)
  }

  /// Calls `body` with every row of costs, `[W, D]` floats, NaN where there is none.
  private func eachRow(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext,
    _ body: @Sendable (_ y: Int, _ row: UnsafeMutablePointer<Float>) -> Void
  ) throws(StereoError) {
    let width = pair.width
    let bands = MCCNNBands(features, of: pair)
    let proposals = candidates.map { MCCNNBands($0.proposer.features, of: pair) }
    let shape = halfShape(pair.size)
    let halves = (
      left: AlignedFloats(uninitialized: shape.floatCount), right: AlignedFloats(uninitialized: shape.floatCount)
    )
    for band in MCCNNFeatures.bands(height: pair.height) {
      let unit = proposals.map { $0.unitFeatures(of: pair, rows: band, in: context) }
      let (left, right) = bands.features(of: pair, rows: band, in: context)
      let (leftHalf, rightHalf) = (
        FeatureView(halves.left.base, shape: shape), FeatureView(halves.right.base, shape: shape)
      )
      head.first.left(left, into: leftHalf, in: context)
      head.first.right(right, into: rightHalf, in: context)
      let stride = width * leftHalf.pixel
      context.items(band.count, scratchFloats: scratchFloats(width: width, range)) { i, scratch in
        let rest = scratch + width * range.count
        scratch.update(repeating: .nan, count: width * range.count)
        if let candidates, let unit {
          candidates.proposer.joinRow(Int(i), unit.left, unit.right, range, into: scratch, scratch: rest, context)
        }
        compare(
          range, width: width, left: leftHalf.base + Int(i) * stride, right: rightHalf.base + Int(i) * stride,
          cells: scratch, scratch: rest, in: context)
        body(band.lowerBound + Int(i), scratch)
      }
      try context.advance(Double(band.upperBound) / Double(pair.height))
    }
  }

  /// Costs of one row; with candidates `cells` holds the proposer's costs before.
  private func compare(
    _ range: DisparityRange, width: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    cells: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, in context: ComputeContext
  ) {
    var (pairs, places) = ([MCCNNHead.Pair](), [Int]())
    var search = candidates.flatMap { candidates in
      candidates.count.map { MCCNNCandidateSearch(count: $0, certainty: candidates.certainty) }
    }
    func compare(_ x: Int, _ k: Int) {
      pairs.append(MCCNNHead.Pair(left: Int32(x), right: Int32(x - range.lowerBound - k)))
      places.append(x * range.count + k)
    }
    for x in 0..<width {
      let reachable = range.planes(reachableFrom: x, width: width, reference: .left)
      let row = UnsafeMutableBufferPointer(start: cells + x * range.count, count: range.count)
      search?.search(UnsafeBufferPointer(row), reachable)
      if let search {
        for k in search.planes { compare(x, k) }
      } else {
        for k in reachable { compare(x, k) }
      }
      for k in reachable { row[k] = candidates == nil ? 0 : Self.likelihood * min(row[k], 0) }
    }
    var scores = [Float](repeating: 0, count: pairs.count)
    pairs.withUnsafeBufferPointer { pairs in
      scores.withUnsafeMutableBufferPointer { scores in
        guard let base = scores.baseAddress else { return }
        head.scores(of: pairs, left: left, right: right, into: base, scratch: scratch, in: context)
      }
    }
    let sign: Float = features.conventions.score == .similarity ? -1 : 1
    let offset: Float = features.conventions.score == .similarity ? 0 : -1
    let blend = candidates?.blend ?? 0
    for (place, score) in zip(places, scores) {
      cells[place] = (1 - blend) * (sign * score + offset) + blend * cells[place]
    }
  }

  /// The `count` least local minima of the costs in `planes` with their direct neighbours, ascending.
  package static func leastMinima(_ count: Int, of costs: UnsafeBufferPointer<Float>, _ planes: Range<Int>) -> [Int] {
    var search = MCCNNCandidateSearch(count: count)
    search.search(costs, planes)
    return search.planes
  }
}
