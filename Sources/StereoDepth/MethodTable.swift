public import Files
internal import StereoCore
internal import StereoEvaluation

/// What there is to say of a method, for programs and for people.
extension MethodDescription {
  /// The description as one JSON object; its keys are those of the command line's contract.
  public var json: OrderedJSON {
    .object([
      ("name", .string(name)), ("paper", .string(paper)), ("purpose", .string(purpose)),
      ("parameters", .array(parameters.map(Self.json))), ("presets", .array(presets.map(Self.json))),
      ("weights", .string(weightsInWords)), ("weightsBundled", .bool(areWeightsBundled)),
      ("gives", .array((["disparity"] + gives.sorted().map(\.rawValue)).map { .string($0) })),
      ("ranges", .string(ranges.description)),
      ("defaultRange", .array([.integer(defaultRange.lowerBound), .integer(defaultRange.upperBound)])),
      ("minDisparity", .integer(defaultRange.lowerBound)), ("maxDisparity", .integer(defaultRange.upperBound)),
      ("measured", .array(measured.map(Self.json))),
    ])
  }

  private static func json(_ parameter: MethodParameter) -> OrderedJSON {
    .object([
      ("key", .string(parameter.key)), ("meaning", .string(parameter.meaning)),
      ("interval", .string(parameter.domain.interval)),
      ("default", parameter.defaultValue.map(json) ?? .string(parameter.defaultMeaning)),
    ])
  }

  private static func json(_ preset: MethodPreset) -> OrderedJSON {
    let values = preset.values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }
    return .object(
      [("name", .string(preset.name)), ("purpose", .string(preset.purpose)), ("values", .object(values))]
        + (preset.weights.map { [("weights", .string($0))] } ?? []))
  }

  private static func json(_ value: ParameterValue) -> OrderedJSON {
    switch value {
    case .whole(let value): .integer(value)
    case .number(let value): .double(value)
    case .truth(let value): .bool(value)
    case .word(let value): .string(value)
    case .words(let values): .array(values.map { .string($0) })
    }
  }

  private static func json(_ measurement: MethodMeasurement) -> OrderedJSON {
    .object([
      ("preset", .string(measurement.preset)), ("dataSet", .string(measurement.dataSet)),
      ("measure", .string(measurement.measure)), ("error", .double(measurement.error)),
      ("seconds", .double(measurement.seconds)), ("peakMemoryBytes", .integer(measurement.peakMemoryBytes)),
      ("machine", .string(measurement.machine)),
    ])
  }

  /// What it needs in weights, in words.
  public var weightsInWords: String {
    switch weights {
    case .none: return "none needed"
    case .needed(let accepts): return "needs --weights: \(accepts)"
    case .bundled(let files):
      let missing = missingWeights
      let names = files.map { missing.contains($0) ? "\($0) (not found: give --weights)" : $0 }
      return "bundled: \(names.joined(separator: ", "))"
    }
  }

  /// Whether it can be used without a file of weights, for one preset at least.
  public var areWeightsBundled: Bool {
    guard case .bundled(let files) = weights else { return false }
    return missingWeights.count < files.count
  }
}

/// What there is to say of a method, for people.
extension MethodDescription {
  /// What it is for, its presets with what was measured, its parameters with interval and default.
  public var summary: String {
    var lines = head
    for preset in presets { lines += said(of: preset) }
    lines += parameters.map { "  --set \($0.key)=…  \($0.domain.interval); default: \($0.defaultMeaning)" }
    return lines.joined(separator: "\n")
  }

  /// The same in full: with the numbers of every preset, and with what parameters mean.
  public var details: String {
    var lines = head
    for preset in presets {
      lines += said(of: preset)
      let values = preset.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      if !values.isEmpty { lines.append("      \(values.joined(separator: " "))") }
    }
    for parameter in parameters {
      lines.append("  --set \(parameter.key)=…  \(parameter.domain.interval); default: \(parameter.defaultMeaning)")
      lines.append("      \(parameter.meaning)")
    }
    return lines.joined(separator: "\n")
  }

  private var head: [String] {
    let given = (["disparity"] + gives.sorted().map(\.rawValue)).joined(separator: ", ")
    return [
      name, "  for      \(purpose)", "  paper    \(paper)", "  weights  \(weightsInWords)", "  gives    \(given)",
      "  range    \(ranges.description); \(defaultRange.lowerBound) ..< \(defaultRange.upperBound) px unless "
        + "--max-disparity or the calibration says otherwise",
    ]
  }

  private func said(of preset: MethodPreset) -> [String] {
    let isDefault = preset.name == presets[0].name ? " (the default)" : ""
    return ["  --preset \(preset.name)\(isDefault): \(preset.purpose)"]
      + measured.filter { $0.preset == preset.name }.map { "      \($0.text)" }
  }
}
