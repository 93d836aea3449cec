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
    var volume = Volume<Float>(uninitializedWidth: pair.width, height: pair.height, depth: range.count)
    let floats = rowFloats(width: pair.width)
    try eachBand(of: pair, in: context) { band in
      context.rows(band.rows, of: &volume, floats: floats) { y, row, memory in
        fill(&row, y, of: band, range, memory, in: context)
      }
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
    let floats = 2 * halfShape(size).floatCount + threads * (rowFloats(width: size.width) + size.width * range.count)
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
    var cells = Volume<UInt8>(uninitializedWidth: pair.width, height: pair.height, depth: depth)
    let (floats, count) = (rowFloats(width: pair.width), pair.width * range.count)
    try eachBand(of: pair, in: context) { band in
      context.rows(band.rows, of: &cells, floats: floats + count) { y, row, memory in
        var costs = memory.span(from: floats, count: count)
        fill(&costs, y, of: band, range, memory, in: context)
        ByteCosts.fill(
          &row, from: costs.span, planes: range.count, offset: quantisation.offset, scale: 1 / quantisation.step,
          instructionSet: context.instructionSet)
      }
    }
    return ByteCostVolume(cells: cells, range: range, quantisation: quantisation)
  }

  private func halfShape(_ size: PixelSize) -> FeatureShape {
    FeatureShape(height: min(MCCNNFeatures.bandRows, size.height), width: size.width, channels: head.units)
  }

  /// Floats of memory with which a row is computed, besides its costs.
  private func rowFloats(width: Int) -> Int {
    max(head.scratchFloats, candidates?.proposer.joinFloats(width: width) ?? 0)
  }

  /// What is known of a band of rows: halves of the first layer, and what the proposer compares.
  private struct Band: Sendable {
    let rows: Range<Int>
    let left, right: FeatureView
    let proposal: (left: FeatureView, right: FeatureView)?
  }

  /// Calls `body` with band after band, and tells the share of rows that is done.
  private func eachBand(
    of pair: borrowing RectifiedPair, in context: ComputeContext, _ body: (Band) -> Void
  ) throws(StereoError) {
    let bands = MCCNNBands(features, of: pair)
    let proposals = candidates.map { MCCNNBands($0.proposer.features, of: pair) }
    let shape = halfShape(pair.size)
    let halves = (
      left: AlignedFloats(uninitialized: shape.floatCount), right: AlignedFloats(uninitialized: shape.floatCount)
    )
    for rows in MCCNNFeatures.bands(height: pair.height) {
      let unit = proposals.map { $0.unitFeatures(of: pair, rows: rows, in: context) }
      let (left, right) = bands.features(of: pair, rows: rows, in: context)
      let band = Band(
        rows: rows, left: halves.left.view(of: shape), right: halves.right.view(of: shape), proposal: unit)
      head.first.left(left, into: band.left, in: context)
      head.first.right(right, into: band.right, in: context)
      body(band)
      try context.advance(Double(rows.upperBound) / Double(pair.height))
    }
  }

  /// Writes the costs of the image's row `y`, `[W, D]`, NaN where there is none.
  private func fill(
    _ cells: inout MutableSpan<Float>, _ y: Int, of band: Band, _ range: DisparityRange, _ memory: AlignedFloats,
    in context: ComputeContext
  ) {
    for i in cells.indices { cells[i] = .nan }
    let row = y - band.rows.lowerBound
    if let proposal = band.proposal {
      CosineJoin.join(
        row: row, proposal.left, proposal.right, lower: range.lowerBound, count: range.count, into: &cells, memory,
        instructionSet: context.instructionSet)
    }
    let (pairs, places) = comparisons(range, width: band.left.shape.width, cells: &cells)
    var scores = [Float](repeating: 0, count: pairs.count)
    head.scores(of: pairs, left: band.left.row(row), right: band.right.row(row), into: &scores, memory, in: context)
    let sign: Float = features.conventions.score == .similarity ? -1 : 1
    let offset: Float = features.conventions.score == .similarity ? 0 : -1
    let blend = candidates?.blend ?? 0
    for (place, score) in zip(places, scores) {
      cells[place] = (1 - blend) * (sign * score + offset) + blend * cells[place]
    }
  }

  /// Which pairs of a row are compared, and where their costs go. With candidates `cells` holds the proposer's costs before, and
  /// what is made of them afterwards.
  private func comparisons(
    _ range: DisparityRange, width: Int, cells: inout MutableSpan<Float>
  ) -> (pairs: [MCCNNHead.Pair], places: [Int]) {
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
      let first = x * range.count
      search?.search(cells.span.extracting(first..<first + range.count), reachable)
      if let search {
        for k in search.planes { compare(x, k) }
      } else {
        for k in reachable { compare(x, k) }
      }
      for k in reachable { cells[first + k] = candidates == nil ? 0 : Self.likelihood * min(cells[first + k], 0) }
    }
    return (pairs, places)
  }

  /// The `count` least local minima of the costs in `planes` with their direct neighbours, ascending.
  package static func leastMinima(_ count: Int, of costs: Span<Float>, _ planes: Range<Int>) -> [Int] {
    var search = MCCNNCandidateSearch(count: count)
    search.search(costs, planes)
    return search.planes
  }
}
