package import StereoCore

/// The parameters of MC-CNN's pipeline as settings, so that every number of a preset can be another.
extension MCCNNParameters {
  /// A parameter and the property that it is.
  private enum Property {
    case whole(WritableKeyPath<MCCNNParameters, Int> & Sendable)
    case number(WritableKeyPath<MCCNNParameters, Float> & Sendable)
    case truth(WritableKeyPath<MCCNNParameters, Bool> & Sendable)
  }

  private static let table: [(parameter: MethodParameter, property: Property)] = [
    (
      MethodParameter("arm-limit", "L1: where an arm of the cross-based aggregation ends, pixels", .whole(0...1 << 20)),
      .whole(\.armLimit)
    ),
    (
      MethodParameter(
        "arm-threshold", "τ1: difference of intensity at which an arm ends, standard deviations of the image",
        .number(0...1e6)),
      .number(\.armThreshold)
    ),
    (
      MethodParameter(
        "aggregations-before", "how often costs are averaged before semi-global matching", .whole(0...1000)),
      .whole(\.aggregationsBefore)
    ),
    (
      MethodParameter("aggregations-after", "how often costs are averaged after it", .whole(0...1000)),
      .whole(\.aggregationsAfter)
    ),
    (
      MethodParameter("p1", "P1: penalty of a step of one disparity, in the unit of the cost", .number(0...1e6)),
      .number(\.penalties.p1)
    ),
    (
      MethodParameter("p2", "P2: penalty of a larger step, in the unit of the cost", .number(0...1e6)),
      .number(\.penalties.p2)
    ),
    (
      MethodParameter("q1", "Q1: what penalties are divided by where one image has contrast", .number(1e-3...1e6)),
      .number(\.penalties.q1)
    ),
    (
      MethodParameter("q2", "Q2: what they are divided by besides where both have", .number(1e-3...1e6)),
      .number(\.penalties.q2)
    ),
    (
      MethodParameter(
        "vertical-divisor", "V: what P1 is divided by for steps against the slant of the ground on vertical paths",
        .number(1e-3...1e6)),
      .number(\.penalties.verticalDivisor)
    ),
    (
      MethodParameter("contrast", "D: what counts as contrast, standard deviations of the image", .number(0...1e6)),
      .number(\.penalties.threshold)
    ),
    (
      MethodParameter("blur-sigma", "σ of the bilateral filter, pixels", .number(1e-3...1000)), .number(\.blurSigma)
    ),
    (
      MethodParameter(
        "blur-threshold", "difference at which a neighbour does not count in it, pixels of disparity",
        .number(1e-3...1e6)),
      .number(\.blurThreshold)
    ),
    (
      MethodParameter(
        "border-columns", "columns at the open border whose costs are those of the next one", .whole(0...1000)),
      .whole(\.borderColumns)
    ),
    (
      MethodParameter("check", "whether both images' maps are compared and what fails is interpolated", .truth),
      .truth(\.checksBothImages)
    ),
  ]

  /// The parameters, with keys as in the authors' program but for the words; presets say what they are.
  package static let parameters = table.map(\.parameter)

  /// All values by key: what a preset says.
  package var values: [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for (parameter, property) in Self.table {
      values[parameter.key] =
        switch property {
        case .whole(let path): .whole(self[keyPath: path])
        // The shortest decimal that is this number.
        case .number(let path): .number(Double("\(self[keyPath: path])") ?? Double(self[keyPath: path]))
        case .truth(let path): .truth(self[keyPath: path])
        }
    }
    return values
  }

  /// Replaces the parameters that have a value.
  package mutating func apply(_ values: ParameterValues) {
    for (parameter, property) in Self.table where values[parameter.key] != nil {
      switch property {
      case .whole(let path): self[keyPath: path] = values.whole(parameter.key)
      case .number(let path): self[keyPath: path] = values.number(parameter.key)
      case .truth(let path): self[keyPath: path] = values.truth(parameter.key)
      }
    }
  }
}
