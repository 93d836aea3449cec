internal import NeuralNetwork
internal import StereoCore
internal import StereoMatching

extension MethodDescription {
  /// Makes it ready for use: everything that a request may have wrong is found here.
  ///
  /// - Throws: `StereoError` for presets, settings, ranges, weights and abilities; what reading weights throws.
  func make(_ request: MethodRequest) throws -> PreparedMethod {
    let preset = try preset(named: request.preset)
    for ability in request.needs.sorted() where !gives.contains(ability) {
      throw StereoError.invalidOption(
        name: ability.rawValue,
        expected: "a method that gives it (\(MethodRegistry.names(giving: ability).joined(separator: ", ")))",
        found: name)
    }
    let settings = try settings(of: request, preset)
    let source = try weightSource(of: request, preset)
    if let source { request.opened.add(source.store) }
    let asked = request.range ?? DisparityRange(defaultRange)
    let setup = MethodSetup(
      method: name, preset: preset, range: try ranges.widened(asked, for: name), options: request.options,
      settings: settings,
      values: try ParameterValues(
        settings, preset: preset.values, metadata: source?.store.metadata ?? [:], of: parameters),
      weights: source?.store, opened: request.opened)
    var notes = source.map { [$0.note] } ?? []
    if setup.range != asked {
      notes.append("\(name) searched \(setup.range); disparities outside \(asked) were taken away")
    }
    let (engine, weightNotes) = try WeightNotes.collecting { try build(setup) }
    return PreparedMethod(engine, preset: preset.name, asked: asked, notes: notes + weightNotes)
  }

  /// What the request says of parameters.
  private func settings(of request: MethodRequest, _ preset: MethodPreset) throws(StereoError) -> [String: String] {
    var settings = request.settings
    if let candidates = request.candidates {
      guard takesCandidates else {
        throw .invalidOption(
          name: "--candidates", expected: "none, \(name) evaluates all disparities", found: "\(candidates)")
      }
      settings[CandidateCount.key] = "\(candidates)"
    }
    guard let takes = preset.takes else { return settings }
    let known = Set(parameters.map(\.key))
    for key in settings.keys.sorted() where known.contains(key) && !takes.contains(key) {
      throw .invalidOption(
        name: key, expected: "a preset in which it has an effect; \(preset.name) is \(preset.purpose)",
        found: "--preset \(preset.name)")
    }
    return settings
  }

  /// The weights that are asked for, or that suit the preset.
  private func weightSource(of request: MethodRequest, _ preset: MethodPreset) throws -> WeightSource? {
    switch weights {
    case .none:
      if let path = request.weights {
        throw StereoError.invalidOption(name: "--weights", expected: "none, \(name) has no weights", found: path)
      }
      return nil
    case .bundled(let files):
      if let path = request.weights { return try WeightSource(file: path) }
      return try WeightSource(
        bundled: preset.weights ?? presets[0].weights ?? files[0], for: name,
        preset: files.count > 1 ? preset.name : nil)
    case .needed(let accepts):
      guard let path = request.weights else {
        throw StereoError.missingWeights(method: name, hint: "give --weights FILE: \(accepts)")
      }
      return try WeightSource(file: path)
    }
  }
}

/// An engine with what is to be known of it, whose results lie in the range that was asked for.
final class PreparedMethod: StereoMethod {
  /// The range that was asked for.
  let range: DisparityRange
  /// How far a disparity looks beyond its pixel.
  var margins: Margins { engine.margins }
  /// The preset's name.
  let preset: String
  /// What was chosen without being asked: weights, a wider range.
  let notes: [String]

  private let engine: any StereoMethod

  init(_ engine: any StereoMethod, preset: String, asked: DisparityRange, notes: [String]) {
    self.engine = engine
    self.preset = preset
    self.notes = notes
    range = asked
  }

  func plan(for size: PixelSize) throws(StereoError) -> RunPlan { try engine.plan(for: size) }

  func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    try engine.match(pair, into: &result, progress: progress)
    guard engine.range != range else { return }
    Self.crop(&result.left, to: range)
    Self.crop(&result.right, to: range)
    for y in 0..<result.left.height {
      for x in 0..<result.left.width where result.left.disparities[y, x].isNaN { result.confidence.values[y, x] = 0 }
    }
  }

  /// Takes away what lies outside `range`, to half a pixel, and marks it.
  private static func crop(_ map: inout DisparityMap, to range: DisparityRange) {
    let kept = Float(range.lowerBound) - 0.5...Float(range.upperBound) - 0.5
    for y in 0..<map.height {
      for x in 0..<map.width where !map.disparities[y, x].isNaN && !kept.contains(map.disparities[y, x]) {
        map.disparities[y, x] = .nan
        map.validity[y, x].insert(.rangeBorder)
      }
    }
    map.range = range
  }
}
