internal import Kernels
public import NeuralNetwork
public import StereoCore
public import StereoMatching
package import Tensors

/// A network as a method: prepares the images, runs the steps with memory planned ahead, crops the disparities.
///
/// Activations are kept from frame to frame of one size. Every pixel is valid and the right map stays empty. The confidence is
/// the network's own, for those that regress from a distribution ``SpreadConfidence``, and 1 for a network that does not tell; joined with
/// what the images show, ``StereoMatching/SeenConfidence``.
public final class NetworkMethod: StereoMethod {
  /// The disparities that are searched, 0 ..< a multiple of what the network asks for.
  public let range: DisparityRange

  /// The whole image: what a network sees beyond its training is not bounded.
  public var margins: Margins { .global }

  private let network: any StereoNetwork
  private let card: ModelCard
  private let context: ComputeContext
  /// What the network's disparities are multiplied with, and the range that they then lie in.
  private let scale: Float
  /// Bytes of the checkpoint's tensors, which are alive until all weights are packed, and of the copies that packing makes of
  /// a tensor on each thread.
  private let checkpointBytes: Int
  private let scaledRange: DisparityRange
  /// Planes that steps of the network make, between frames.
  package let memory = StoragePool()
  private var runner: (size: PixelSize, graph: StereoGraph, runner: NetworkRunner)?

  /// Reads the weights of a network.
  ///
  /// - Parameters:
  ///   - name: a name of ``NetworkRegistry``.
  ///   - weights: path of a safetensors file or PyTorch checkpoint.
  ///   - range: 0 ..< N, N a multiple of the network's disparity divisor.
  ///   - conventions: what a checkpoint does not tell, such as `align-corners`; `disparity-scale` is the same for all networks
  ///     that search a range, and leaves their confidence as it is.
  /// - Throws: ``StereoCore/StereoError`` for names, ranges and conventions; what reading the weights throws.
  public convenience init(
    _ name: String, weights: String, range: DisparityRange, options: MatchingOptions,
    conventions: [String: String] = [:]
  ) throws {
    try self.init(
      name, weights: WeightStore(path: weights), range: range, options: options, conventions: conventions)
  }

  /// The same with weights that were opened.
  public init(
    _ name: String, weights store: WeightStore, range: DisparityRange, options: MatchingOptions,
    conventions: [String: String] = [:]
  ) throws {
    let type = try NetworkRegistry.network(named: name)
    card = type.card
    try Self.check(range, for: card)
    self.range = range
    context = options.context
    let values = try card.values(conventions, store)
    scale = card.disparityDivisor == 0 ? 1 : values.number(ModelCard.disparityScale.key)
    scaledRange =
      try scale == 1 ? range : DisparityRange(0, upTo: Int((Float(range.upperBound - 1) * scale).rounded(.up)) + 1)
    checkpointBytes =
      store.tensors.reduce(0) { $0 + $1.count * $1.elementType.byteCount }
      + store.tensors.map(\.readBytes).sorted().suffix(context.parallel.threads).reduce(0, +)
    network = try type.init(store, conventions: conventions, in: context)
  }

  private static func check(_ range: DisparityRange, for card: ModelCard) throws(StereoError) {
    let divisor = card.disparityDivisor
    if divisor == 0 { return }
    let least = max(divisor, 8)
    guard range.lowerBound == 0, range.upperBound % divisor == 0, range.upperBound >= least else {
      throw .invalidRange(
        minimum: range.lowerBound, maximum: range.upperBound,
        reason: "\(card.name) searches 0 ..< a multiple of \(divisor) that is at least \(least)")
    }
  }

  /// Memory and work for images of `size`: reading the weights, then packed weights, activations, scratch memory and the maps of
  /// a result.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    plan(try graph(for: size).graph, size)
  }

  private func graph(for size: PixelSize) throws(StereoError) -> StereoGraph {
    if size.width < card.leastWidth {
      throw .invalidImage(
        operation: card.name, expected: "images at least \(card.leastWidth) pixels wide, the range of its correlation",
        found: "\(size)")
    }
    do {
      return try network.graph(
        frame: network.preparation.frame(for: size), disparities: range.upperBound, keepsRecords: false)
    } catch {
      throw .invalidImage(operation: card.name, expected: "images that every layer fits", found: "\(size): \(error)")
    }
  }

  private func plan(_ graph: NetworkGraph, _ size: PixelSize) -> RunPlan {
    let memory = MemoryPlan(graph)
    let constant = network.packedBytes + size.width * size.height * (2 * 4 + 2 * 1 + 4)
    let total = NetworkRunner.plannedBytes(graph, memory, threads: context.parallel.threads) + constant
    let alive = memory.alive.max() ?? 0
    var stages: [(name: String, floats: Int, multiplyAdds: Int)] = []
    for (step, floats) in zip(graph.steps, memory.alive) {
      if stages.last?.name != step.stage { stages.append((step.stage, 0, 0)) }
      let last = stages.count - 1
      stages[last].floats = max(stages[last].floats, floats)
      stages[last].multiplyAdds += step.multiplyAdds
    }
    let reading = RunPlan.Stage(name: "weights", bytes: network.packedBytes + checkpointBytes, multiplyAdds: 0)
    return RunPlan(
      stages: [reading]
        + stages.map {
          RunPlan.Stage(name: $0.name, bytes: total - (alive - $0.floats) * 4, multiplyAdds: $0.multiplyAdds)
        })
  }

  /// Matches one pair.
  ///
  /// - Throws: ``StereoError/cancelled``; ``StereoError/invalidImage(operation:expected:found:)`` for images too small.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    let run = try runner(for: pair.size)
    let context = context.following(progress)
    result.prepare(size: pair.size, range: scaledRange)
    network.preparation.write(pair.leftColours, into: run.runner.view(run.graph.left))
    network.preparation.write(pair.rightColours, into: run.runner.view(run.graph.right))
    memory.lend { run.runner(in: context) }
    if context.isCancelled { throw .cancelled }
    copy(run.runner.view(run.graph.disparity), to: &result.left.disparities, times: scale)
    result.left.validity.fill([])
    result.right.disparities.fill(.nan)
    if let confidence = run.graph.confidence {
      copy(run.runner.view(confidence), to: &result.confidence.values)
    } else {
      result.confidence.values.fill(1)
    }
    network.confidence.weigh(&result, of: pair, in: context)
    if let flow = run.graph.verticalFlow { Self.note(verticalFlow: run.runner.view(flow), in: &result) }
    if pair.width < card.correlationReach {
      result.warnings.append(
        "the images are \(pair.width) pixels wide, narrower than the \(card.correlationReach) that the correlation of "
          + "\(card.name) compares")
    }
  }

  /// Copies the part of a frame that the image lies in, times a factor.
  private func copy(_ frame: FeatureView, to plane: inout Plane<Float>, times factor: Float = 1) {
    let (top, left) = network.preparation.origin(
      of: PixelSize(width: plane.width, height: plane.height),
      in: PixelSize(width: frame.shape.width, height: frame.shape.height))
    for y in 0..<plane.height {
      var row = plane.mutableRow(y)
      let source = frame.row(y + top)
      for x in row.indices { row[x] = factor * source[x + left] }
    }
  }

  /// Notes the median of the vertical flow, and warns if it is that of a pair which is not rectified.
  private static func note(verticalFlow flow: FeatureView, in result: inout StereoResult) {
    let values = flow.planar().filter { !$0.isNaN }.sorted()
    guard !values.isEmpty else { return }
    let median = values[values.count / 2]
    result.verticalFlow = median
    if abs(median) >= rectifiedWithin {
      let hundredths = (median * 100).rounded() / 100
      result.warnings.append(
        "the median vertical flow is \(hundredths) pixels: the pair is not rectified, or the network does not fit it")
    }
  }

  /// Median vertical flow of a rectified pair at most, pixels.
  private static let rectifiedWithin: Float = 0.5

  private func runner(for size: PixelSize) throws(StereoError) -> (graph: StereoGraph, runner: NetworkRunner) {
    if let runner, runner.size == size { return (runner.graph, runner.runner) }
    let graph = try graph(for: size)
    runner = nil
    let made = NetworkRunner(graph.graph)
    runner = (size, graph, made)
    return (graph, made)
  }
}
