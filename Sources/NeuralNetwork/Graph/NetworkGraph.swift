package import Kernels

/// Activations that one step of a network writes and later steps read: the whole or a channel range of a buffer.
package struct Feature: Equatable, Sendable {
  /// The buffer that holds them.
  package let buffer: Int
  /// Extents.
  package let shape: FeatureShape
  /// First channel within the buffer, a multiple of 16.
  package let firstChannel: Int
}

/// A network on inputs of given sizes: steps in the order they run, and the activations between them.
///
/// Layers add steps (see the `Layers` folder); nothing is computed and no activation memory exists until a
/// ``NetworkRunner`` is made of the graph, so the memory and the multiplications are known before a run.
package struct NetworkGraph: Sendable {
  /// One piece of work.
  package struct Step: Sendable {
    /// The part of the network that it belongs to, for progress and plans.
    package let stage: String
    /// Buffers read and buffers written.
    package let reads: [Int]
    package let writes: [Int]
    /// Multiplications with addition, counted directly.
    package let multiplyAdds: Int
    /// Floats of scratch memory for each thread.
    package let scratchFloats: Int
    /// The work.
    package let run: @Sendable (_ run: NetworkRun) -> Void
  }

  /// The steps, in the order they run.
  package private(set) var steps: [Step] = []
  /// Shape of every buffer.
  package private(set) var buffers: [FeatureShape] = []
  /// Buffers that hold values before the first step or after the last one.
  package private(set) var inputs: Set<Int> = []
  package private(set) var outputs: Set<Int> = []
  /// Activations that ``record(_:_:)`` named.
  package private(set) var records: [String: Feature] = [:]
  /// Whether recorded activations stay readable after the run, which takes memory for all of them.
  package let keepsRecords: Bool
  private var stage = "input"

  /// An empty network.
  package init(keepsRecords: Bool = false) { self.keepsRecords = keepsRecords }

  /// Names the part of the network that the following steps belong to.
  package mutating func beginStage(_ name: String) { stage = name }

  /// Activations that are written before the run.
  package mutating func input(_ shape: FeatureShape) -> Feature {
    let feature = reserve(shape)
    inputs.insert(feature.buffer)
    return feature
  }

  /// Marks activations that are read after the run.
  package mutating func output(_ feature: Feature) { outputs.insert(feature.buffer) }

  /// Gives activations a name under which tests find them.
  package mutating func record(_ name: String, _ feature: Feature) {
    records[name] = feature
    if keepsRecords { outputs.insert(feature.buffer) }
  }

  /// Memory for activations that steps will write, whole or by channel ranges (a concatenation).
  package mutating func reserve(_ shape: FeatureShape) -> Feature {
    buffers.append(shape)
    return Feature(buffer: buffers.count - 1, shape: shape, firstChannel: 0)
  }

  /// The channels `first ..< first + count` of activations.
  ///
  /// - Precondition: `first` is a multiple of 16.
  package func channels(of feature: Feature, from first: Int, count: Int) -> Feature {
    precondition(
      first % 16 == 0 && first + count <= feature.shape.channels,
      "channels \(first) ..< \(first + count) of \(feature.shape) do not begin at a multiple of 16 inside")
    var shape = feature.shape
    shape.channels = count
    return Feature(buffer: feature.buffer, shape: shape, firstChannel: feature.firstChannel + first)
  }

  /// Where a step writes: `target` if it is given and may be overwritten, otherwise new memory of `shape`.
  ///
  /// A target that is recorded and kept is not overwritten.
  package mutating func destination(_ target: Feature?, _ shape: FeatureShape) -> Feature {
    guard let target, target.shape == shape, !isKept(target) else { return reserve(shape) }
    return target
  }

  private func isKept(_ target: Feature) -> Bool {
    keepsRecords
      && records.values.contains { kept in
        kept.buffer == target.buffer && kept.firstChannel < target.firstChannel + target.shape.channels
          && target.firstChannel < kept.firstChannel + kept.shape.channels
      }
  }

  /// Adds a step that reads and writes the given activations, `and` a second output where it has one.
  package mutating func step(
    reading: [Feature], writing: Feature, and second: Feature? = nil, multiplyAdds: Int = 0, scratchFloats: Int = 0,
    _ run: @escaping @Sendable (_ run: NetworkRun) -> Void
  ) {
    steps.append(
      Step(
        stage: stage, reads: reading.map(\.buffer), writes: [writing.buffer] + (second.map { [$0.buffer] } ?? []),
        multiplyAdds: multiplyAdds, scratchFloats: scratchFloats, run: run))
  }

  /// Names of the stages, in their order.
  package var stages: [String] {
    steps.map(\.stage).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}

/// What a running step works with: where its activations lie and what to compute with.
package struct NetworkRun: Sendable {
  /// Instruction set, threads, scratch memory, cancellation.
  package let context: ComputeContext
  let arena: AlignedFloats
  let offsets: [Int]
  let buffers: [FeatureShape]

  /// The memory of activations.
  package func view(_ feature: Feature) -> FeatureView {
    let whole = buffers[feature.buffer]
    let view = arena.view(of: whole, at: offsets[feature.buffer])
    if feature.firstChannel == 0 && feature.shape == whole { return view }
    return view.channels(from: feature.firstChannel, count: feature.shape.channels)
  }
}
