import StereoCore
import StereoNetworks
import Testing

/// Every published number can be set.
struct MCCNNSettingsTests {
  @Test func everyKeyChangesItsParameter() throws {
    let published = MCCNNParameters(.fast, .kitti2012)
    for key in MCCNNParameters.settingKeys {
      var parameters = published
      try parameters.apply([key: key == "check" ? "false" : "7"])
      #expect(parameters != published, "\(key)")
    }
    var parameters = published
    try parameters.apply(["p1": "0.5", "contrast": "0.25", "aggregations-after": "3", "vertical-divisor": "2.5"])
    #expect(parameters.penalties.p1 == 0.5 && parameters.penalties.threshold == 0.25)
    #expect(parameters.aggregationsAfter == 3 && parameters.penalties.verticalDivisor == 2.5)
  }

  @Test(arguments: ["p1", "q1", "arm-limit", "check", "blur-sigma", "border-columns"])
  func nonsenseIsRefusedByName(key: String) {
    for text in ["", "x", "-1", "nan", "1e30"] {
      var parameters = MCCNNParameters(.census, .middlebury)
      let error = #expect(throws: StereoError.self) { try parameters.apply([key: text]) }
      guard case .invalidOption(let name, _, let found) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(name == key && found == text)
    }
  }

  @Test func otherKeysAreLeftAlone() throws {
    var parameters = MCCNNParameters(.accurate, .kitti2015)
    try parameters.apply(["padding": "zero"])
    #expect(parameters == MCCNNParameters(.accurate, .kitti2015))
  }
}
