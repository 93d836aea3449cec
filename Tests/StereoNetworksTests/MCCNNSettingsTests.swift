import StereoCore
import StereoNetworks
import Testing

/// Every published number can be set.
struct MCCNNSettingsTests {
  private static func values(_ settings: [String: String]) throws(StereoError) -> ParameterValues {
    try ParameterValues(settings, of: MCCNNParameters.parameters)
  }

  @Test func everyKeyChangesItsParameter() throws {
    let published = MCCNNParameters(.fast, .kitti2012)
    #expect(MCCNNParameters.parameters.count == 14)
    for parameter in MCCNNParameters.parameters {
      var parameters = published
      try parameters.apply(Self.values([parameter.key: parameter.key == "check" ? "false" : "7"]))
      #expect(parameters != published, "\(parameter.key)")
    }
    var parameters = published
    try parameters.apply(
      Self.values(["p1": "0.5", "contrast": "0.25", "aggregations-after": "3", "vertical-divisor": "2.5"]))
    #expect(parameters.penalties.p1 == 0.5 && parameters.penalties.threshold == 0.25)
    #expect(parameters.aggregationsAfter == 3 && parameters.penalties.verticalDivisor == 2.5)
  }

  @Test(arguments: ["p1", "q1", "arm-limit", "check", "blur-sigma", "border-columns"])
  func nonsenseIsRefusedByName(key: String) {
    for text in ["", "x", "-1", "nan", "1e30"] {
      let error = #expect(throws: StereoError.self) { try Self.values([key: text]) }
      guard case .invalidOption(let name, _, let found) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(name == key && found == text)
    }
  }

  /// What nobody says stays; the numbers of a preset written out and read again are the same bits.
  @Test(arguments: MCCNNParameters.Cost.allCases, MCCNNParameters.DataSet.allCases)
  func presetsAreNumbers(cost: MCCNNParameters.Cost, dataSet: MCCNNParameters.DataSet) throws {
    let published = MCCNNParameters(cost, dataSet)
    var parameters = published
    try parameters.apply(Self.values([:]))
    #expect(parameters == published)
    // The cost's own confidence is no setting.
    var others = MCCNNParameters(cost, dataSet == .middlebury ? .kitti2012 : .middlebury)
    try others.apply(ParameterValues(preset: published.values, of: MCCNNParameters.parameters))
    #expect(others == published)
    let texts = published.values.mapValues { "\($0)" }
    try others.apply(Self.values(texts))
    #expect(others == published)
  }
}
