import GoldenSupport
import Kernels
import NeuralNetwork
import Testing

/// The operator fixtures that this engine has as layers, run through the graph of a network.
@Suite(.enabled(if: SharedFiles.has("golden/ops"), Comment(rawValue: SharedFiles.missing)))
struct GoldenOperationTests {
  /// `[1, C, (D,) H, W]` as an input of `graph`.
  static func shape(_ extents: [Int]) -> FeatureShape {
    FeatureShape(
      depth: extents.count == 5 ? extents[2] : 1, height: extents[extents.count - 2], width: extents[extents.count - 1],
      channels: extents[1])
  }

  /// An integer attribute, or a pair or triple of them, as (depth, height, width).
  static func axes(_ fixture: GoldenOperation, _ key: String, spatial: Int, fallback: Int) -> SIMD3<Int> {
    let first = spatial == 3 ? nil : key == "padding" || key == "output_padding" ? 0 : 1
    if let list = fixture.attributes[key]?.elements?.compactMap(\.integerValue) {
      return spatial == 3 ? SIMD3(list[0], list[1], list[2]) : SIMD3(first!, list[0], list[1])
    }
    let value = fixture.attributes[key]?.integerValue ?? fallback
    return SIMD3(first ?? value, value, value)
  }

  /// Builds a one-step network on the first input, runs it, and returns the output `[C, D, H, W]`.
  static func run(
    _ fixture: GoldenOperation, inputs count: Int = 1,
    _ build: (inout NetworkGraph, [Feature]) throws -> Feature
  ) throws -> [Float] {
    var graph = NetworkGraph()
    let features = fixture.inputs.prefix(count).map { graph.input(shape($0.shape)) }
    let output = try build(&graph, features)
    graph.output(output)
    let runner = NetworkRunner(graph)
    for (feature, tensor) in zip(features, fixture.inputs) { runner.view(feature).assign(planar: tensor.values()) }
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    return runner.view(output).planar()
  }

  static func convolution(_ fixture: GoldenOperation) throws -> [Float] {
    let spatial = fixture.inputs[0].shape.count - 2
    let weights = fixture.inputs[1].shape
    let transposed = fixture.operation.hasPrefix("conv_transpose")
    let groups = fixture.attributes["groups"]?.integerValue ?? 1
    var geometry = ConvolutionGeometry(
      spatial: spatial, inChannels: fixture.inputs[0].shape[1], outChannels: fixture.output.shape[1], kernel: 1,
      isTransposed: transposed, groups: groups)
    let kernel = weights.suffix(spatial)
    geometry.kernel = SIMD3(spatial == 3 ? kernel[kernel.startIndex] : 1, kernel[kernel.endIndex - 2], kernel.last!)
    geometry.stride = axes(fixture, "stride", spatial: spatial, fallback: 1)
    geometry.padding = axes(fixture, "padding", spatial: spatial, fallback: 0)
    geometry.dilation = axes(fixture, "dilation", spatial: spatial, fallback: 1)
    geometry.outputPadding = axes(fixture, "output_padding", spatial: spatial, fallback: 0)
    var tensors = [WeightTensor(name: "conv.weight", shape: weights, values: fixture.inputs[1].values())]
    let isNormalised = fixture.operation == "conv_batch_norm"
    if isNormalised {
      let values = fixture.inputs.dropFirst(2).map { $0.values() }
      for (name, list) in [
        ("weight", values[0].map { $0 + 1.2 }), ("bias", values[1]), ("running_mean", values[2]),
        ("running_var", values[3].map { abs($0) + 0.01 }),
      ] { tensors.append(WeightTensor(name: "bn.\(name)", shape: [list.count], values: list)) }
    }
    let hasBias = !isNormalised && fixture.inputs.count > 2
    if hasBias {
      tensors.append(
        WeightTensor(name: "conv.bias", shape: fixture.inputs[2].shape, values: fixture.inputs[2].values()))
    }
    let layers = LayerReader(try WeightStore(tensors: tensors))
    let layer = layers.convolution("conv", normalisation: isNormalised ? "bn" : nil, hasBias: hasBias, geometry)
    try layers.finish()
    return try run(fixture) { graph, inputs in try graph.convolution(layer, inputs[0]) }
  }

  static func pooling(_ fixture: GoldenOperation, _ kind: Pooling.Kind) throws -> [Float] {
    func number(_ key: String) -> Int { fixture.attributes[key]?.integerValue ?? 0 }
    let pooling = Pooling(kind, kernel: number("kernel"), stride: number("stride"), padding: number("padding"))
    return try run(fixture) { graph, inputs in try graph.pool(inputs[0], pooling) }
  }

  static func resize(_ fixture: GoldenOperation) throws -> [Float] {
    let size = fixture.attributes["size"]?.elements?.compactMap(\.integerValue) ?? []
    let extents = size.count == 3 ? SIMD3(size[0], size[1], size[2]) : SIMD3(1, size[0], size[1])
    let align = fixture.attributes["align_corners"]?.boolValue ?? false
    return try run(fixture) { graph, inputs in graph.resize(inputs[0], to: extents, alignCorners: align) }
  }

  static func softArgmin(_ fixture: GoldenOperation) throws -> [Float] {
    let extents = fixture.inputs[0].shape
    let gain = Float(fixture.attributes["gain"]?.number ?? 1)
    let sign = Float(fixture.attributes["sign"]?.number ?? 1)
    var graph = NetworkGraph()
    let input = graph.input(FeatureShape(depth: extents[1], height: extents[2], width: extents[3], channels: 1))
    let (output, _) = try graph.softArgmin(
      input, resizedTo: SIMD3(extents[1], extents[2], extents[3]), sign: sign, alignCorners: true)
    graph.output(output)
    let runner = NetworkRunner(graph)
    runner.view(input).assign(planar: fixture.inputs[0].values().map { $0 * gain })
    runner(in: ComputeContext(parallel: .serial))
    return runner.view(output).planar()
  }

  /// Its five inputs are the volume and, for each direction, weights `[C, 5, H, W]`. One channel lies bare, where the layer
  /// wants whole vectors: it gets a second one of zeros.
  static func semiGlobal(_ fixture: GoldenOperation) throws -> [Float] {
    let stored = shape(fixture.inputs[0].shape)
    var shape = stored
    shape.channels = max(2, stored.channels)
    let wide = SemiGlobalGuided.guidanceShape(for: shape)
    let (lanes, plane) = (SemiGlobalGuided.lanes(shape.channels), shape.height * shape.width)
    var weights = [Float](repeating: 0, count: wide.channels * plane)
    for (r, tensor) in fixture.inputs.dropFirst().enumerated() {
      for (i, value) in tensor.values().enumerated() {
        let (c, k, p) = (i / plane / 5, i / plane % 5, i % plane)
        weights[((r * 5 + k) * lanes + c) * plane + p] = value
      }
    }
    var graph = NetworkGraph()
    let (input, guidance) = (graph.input(shape), graph.input(wide))
    let output = try graph.semiGlobalGuided(input, guidance: guidance)
    graph.output(output)
    let runner = NetworkRunner(graph)
    let rest = [Float](repeating: 0, count: (shape.channels - stored.channels) * shape.pixelCount)
    runner.view(input).assign(planar: fixture.inputs[0].values() + rest)
    runner.view(guidance).assign(planar: weights)
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    return Array(runner.view(output).planar().prefix(stored.channels * stored.pixelCount))
  }

  /// Its inputs are `[1, D, H, W]` and weights `[1, 75, H, W]`; disparities become channels. One disparity is refused.
  static func local(_ fixture: GoldenOperation, times: Int) throws -> [Float]? {
    if fixture.inputs[0].shape[1] == 1 { return nil }
    return try run(fixture, inputs: 2) { graph, inputs in
      try graph.localGuided(inputs[0], guidance: inputs[1], times: times)
    }
  }

  /// What a fixture's operation gives here, nil for the operations of other parts.
  static func computed(_ fixture: GoldenOperation) throws -> [Float]? {
    switch fixture.operation {
    case "conv2d", "conv3d", "conv_transpose2d", "conv_transpose3d", "conv_batch_norm": return try convolution(fixture)
    case "avg_pool2d": return try pooling(fixture, .average(countingPadding: true))
    case "max_pool2d": return try pooling(fixture, .maximum)
    case "resize_bilinear", "resize_trilinear": return try resize(fixture)
    case "soft_argmin": return try softArgmin(fixture)
    case "sga": return try semiGlobal(fixture)
    case "lga": return try local(fixture, times: 1)
    case "lga2": return try local(fixture, times: 2)
    case "l2_normalize":
      return try run(fixture) { graph, inputs in graph.normalise(inputs[0], floor: 1e-12) }
    case "concat_volume":
      let mask = fixture.attributes["mask_left"]?.boolValue ?? true
      let planes = fixture.attributes["planes"]?.integerValue ?? 0
      return try run(fixture, inputs: 2) { graph, inputs in
        var shape = inputs[0].shape
        shape.depth = planes
        shape.channels *= 2
        let volume = graph.reserve(shape)
        graph.step(reading: inputs, writing: volume) { run in
          FeatureVolumes.concatenate(
            run.view(inputs[0]), run.view(inputs[1]), maskLeft: mask, into: run.view(volume), in: run.context)
        }
        return volume
      }
    case "correlation_1d", "correlation_2d": return try correlation(fixture)
    case "warp_x": return try warp(fixture)
    case "caffe_resample_linear":
      let size = fixture.attributes["size"]?.elements?.compactMap(\.integerValue) ?? []
      return try run(fixture) { graph, inputs in graph.tentResample(inputs[0], to: SIMD2(size[0], size[1])) }
    case "neg_relu": return try pointwise(fixture) { graph, x in graph.negativeSum(x, nil) }
    case "leaky_relu":
      let slope = Float(fixture.attributes["slope"]?.number ?? 0)
      return try pointwise(fixture) { graph, x in try graph.add(x, nil, slope: slope) }
    case "sigmoid": return try pointwise(fixture) { graph, x in graph.sigmoid(x) }
    case "linear": return try linear(fixture)
    case "cosine_volume": return try cosineVolume(fixture)
    default: return nil
    }
  }

  static func correlation(_ fixture: GoldenOperation) throws -> [Float] {
    func number(_ key: String) -> Int { fixture.attributes[key]?.integerValue ?? 0 }
    let grid: Correlation =
      fixture.operation == "correlation_2d"
      ? .square(radius: number("radius"), step: number("step"))
      : .row(maximum: number("max_displacement"), direction: number("single_direction"))
    return try run(fixture, inputs: 2) { graph, inputs in try graph.correlation(inputs[0], inputs[1], grid) }
  }

  /// The fixtures give the displacement as a number in −1 … 1 that is multiplied by 9, or by 6 and rounded.
  static func warp(_ fixture: GoldenOperation) throws -> [Float] {
    let isRounded = fixture.note.contains("round")
    let moves = fixture.inputs[1].values().map { isRounded ? ($0 * 6).rounded(.toNearestOrEven) : $0 * 9 }
    let inputs = [fixture.inputs[0], WeightTensor(name: "moves", shape: fixture.inputs[1].shape, values: moves)]
    var graph = NetworkGraph()
    let features = inputs.map { graph.input(shape($0.shape)) }
    let output = try graph.warp(features[0], by: features[1])
    graph.output(output)
    let runner = NetworkRunner(graph)
    for (feature, tensor) in zip(features, inputs) { runner.view(feature).assign(planar: tensor.values()) }
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    return runner.view(output).planar()
  }

  /// The fixture's numbers as one row of a single channel, times the gain that it may name.
  static func pointwise(
    _ fixture: GoldenOperation, _ build: (inout NetworkGraph, Feature) throws -> Feature
  ) throws -> [Float] {
    let gain = Float(fixture.attributes["gain"]?.number ?? 1)
    let values = fixture.inputs[0].values().map { $0 * gain }
    var graph = NetworkGraph()
    let input = graph.input(FeatureShape(height: 1, width: values.count, channels: 1))
    let output = try build(&graph, input)
    graph.output(output)
    let runner = NetworkRunner(graph)
    runner.view(input).assign(planar: values)
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    return runner.view(output).planar()
  }

  /// A linear layer of `[N, C]` is a 1×1 convolution of N pixels; the fixture has pixels outermost.
  static func linear(_ fixture: GoldenOperation) throws -> [Float] {
    let (rows, columns) = (fixture.inputs[0].shape[0], fixture.inputs[0].shape[1])
    let units = fixture.output.shape[1]
    let values = fixture.inputs[0].values()
    let layers = LayerReader(
      try WeightStore(tensors: [
        WeightTensor(name: "fc.weight", shape: [units, columns, 1, 1], values: fixture.inputs[1].values()),
        WeightTensor(name: "fc.bias", shape: [units], values: fixture.inputs[2].values()),
      ]))
    let layer = layers.convolution(
      "fc", hasBias: true, ConvolutionGeometry(spatial: 2, inChannels: columns, outChannels: units, kernel: 1))
    try layers.finish()
    var graph = NetworkGraph()
    let input = graph.input(FeatureShape(height: 1, width: rows, channels: columns))
    let output = try graph.convolution(layer, input)
    graph.output(output)
    let runner = NetworkRunner(graph)
    runner.view(input).assign(planar: (0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] })
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    let planar = runner.view(output).planar()
    return (0..<rows * units).map { planar[$0 % units * rows + $0 / units] }
  }

  /// MC-CNN's join of normalised features: [d][y][x], NaN where the right pixel lies outside.
  static func cosineVolume(_ fixture: GoldenOperation) throws -> [Float] {
    var graph = NetworkGraph()
    let inputs = fixture.inputs.map { graph.input(shape($0.shape)) }
    let units = inputs.map { graph.normalise($0, floor: 1e-12) }
    for unit in units { graph.output(unit) }
    let runner = NetworkRunner(graph)
    for (feature, tensor) in zip(inputs, fixture.inputs) { runner.view(feature).assign(planar: tensor.values()) }
    runner(in: ComputeContext(parallel: .serial))
    let (left, right) = (runner.view(units[0]), runner.view(units[1]))
    let (planes, map) = (fixture.output.shape[0], left.shape)
    let scratch = AlignedFloats(zeros: CosineJoin.scratchFloats(width: map.width, channels: map.channels))
    var volume = [Float](repeating: .nan, count: planes * map.pixelCount)
    for y in 0..<map.height {
      let first = y * map.width * map.pixel
      var row = [Float](repeating: .nan, count: map.width * planes)
      CosineJoin.join(
        width: map.width, channels: map.channels, lower: 0, count: planes, left: left.base + first,
        right: right.base + first, pixel: map.pixel, into: &row, scratch: scratch.base, instructionSet: .best)
      for (i, cost) in row.enumerated() { volume[(i % planes * map.height + y) * map.width + i / planes] = cost }
    }
    return volume
  }

  @Test func everyFixtureAgrees() throws {
    var compared = 0
    for fixture in try GoldenOperation.all() {
      guard let values = try Self.computed(fixture) else { continue }
      let difference = fixture.output.largestDifference(from: values)
      #expect(difference <= fixture.output.tolerance, "\(fixture.name)")
      compared += 1
    }
    // Batch normalisations without a convolution are compared by BatchNormalisationTests; one disparity is refused.
    let others = try GoldenOperation.all().filter { fixture in
      fixture.operation == "batch_norm" || (fixture.operation.hasPrefix("lga") && fixture.inputs[0].shape[1] == 1)
    }
    #expect(try compared == GoldenOperation.all().count - others.count, "only \(compared) fixtures are covered")
  }

  /// Errors carry the operation and both shapes.
  @Test func wrongShapesAreNamed() throws {
    let tensors = [WeightTensor(name: "a.weight", shape: [4, 3, 3, 3], values: [Float](repeating: 1, count: 108))]
    let layers = LayerReader(try WeightStore(tensors: tensors))
    let layer = layers.convolution("a", ConvolutionGeometry(spatial: 2, inChannels: 3, outChannels: 4, kernel: 3))
    try layers.finish()
    var graph = NetworkGraph()
    let five = graph.input(FeatureShape(height: 8, width: 8, channels: 5))
    let tiny = graph.input(FeatureShape(height: 2, width: 8, channels: 3))
    #expect(throws: LayerError.unsuitableShape(operation: "a", expected: "3 channels", found: "[5, 8, 8]")) {
      _ = try graph.convolution(layer, five)
    }
    #expect(throws: LayerError.self) { _ = try graph.convolution(layer, tiny) }
  }
}
