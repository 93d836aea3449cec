import Foundation
import StereoDepth
import Testing

/// Every method says what it is, completely.
@Suite struct MethodDescriptionTests {
  @Test(arguments: MethodRegistry.all.map(\.name)) func everyMethodDescribesItself(name: String) throws {
    let method = try MethodRegistry.method(named: name)
    #expect(method.purpose.count > 20 && !method.paper.isEmpty)
    #expect(method.presets.contains { $0.name == "raw" }, "\(name) has no preset raw")
    #expect(Set(method.presets.map(\.name)).count == method.presets.count)
    #expect(Set(method.parameters.map(\.key)).count == method.parameters.count)
    for parameter in method.parameters {
      #expect(parameter.meaning.count > 5 && !parameter.domain.interval.isEmpty, "\(name): \(parameter.key)")
      #expect(parameter.defaultValue != nil || !parameter.defaultMeaning.isEmpty, "\(name): \(parameter.key)")
    }
    for preset in method.presets {
      #expect(!preset.purpose.isEmpty)
      // The values are read with the parameters: keys and intervals fit.
      let known = Set(method.parameters.map(\.key))
      #expect(Set(preset.values.keys).isSubset(of: known), "\(name) \(preset.name): \(preset.values.keys)")
      _ = try ParameterValues(preset: preset.values, of: method.parameters)
    }
    #expect(try method.ranges.widened(DisparityRange(method.defaultRange), for: name).indices == method.defaultRange)
  }

  /// What programs read: the contract's keys.
  @Test(arguments: MethodRegistry.all.map(\.name)) func theContractsKeys(name: String) throws {
    let text = try MethodRegistry.method(named: name).json.text
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    for key in ["name", "paper", "purpose", "weights"] { #expect(object[key] is String, "\(key)") }
    let gives = try #require(object["gives"] as? [String])
    #expect(gives.first == "disparity")
    #expect(object["defaultRange"] as? [Int] == [0, 192] && object["measured"] is [Any])
    for parameter in try #require(object["parameters"] as? [[String: Any]]) {
      for key in ["key", "meaning", "interval"] { #expect(parameter[key] is String) }
      #expect(parameter["default"] != nil)
    }
    for preset in try #require(object["presets"] as? [[String: Any]]) {
      #expect(preset["name"] is String && preset["purpose"] is String && preset["values"] is [String: Any])
    }
  }

  /// Values are numbers, not texts.
  @Test func presetsHoldNumbers() throws {
    let fast = try MethodRegistry.method(named: "mc-cnn-fast")
    let driving = try fast.preset(named: "driving")
    #expect(
      driving.values["p2"] == 55.72 && driving.values["aggregations-before"] == 0 && driving.values["check"] == true)
    #expect(driving.weights == "mc-cnn-fast-kitti")
    #expect(try fast.preset(named: "kitti2012").values == driving.values)
    let indoor = try fast.preset(named: "indoor")
    #expect(indoor.weights == "mc-cnn-fast-middlebury" && indoor.values["check"] == false)
    let accurate = try MethodRegistry.method(named: "mc-cnn-accurate")
    #expect(try accurate.preset(named: nil).values["candidates"] == 1)
    #expect(try accurate.preset(named: "kitti2012").values["candidates"] == nil)
    let sgm = try MethodRegistry.method(named: "sgm")
    #expect(try sgm.preset(named: "realtime").values["p2"] == 100)
    let error = #expect(throws: StereoError.self) { try sgm.preset(named: "best") }
    #expect("\(error!)".contains("balanced, realtime, quality, raw"))
  }

  /// Every kind of step is in some method.
  @Test func everyStepIsOfferedByName() throws {
    let pipeline = try MethodRegistry.method(named: "pipeline")
    for (key, count) in [("cost", 6), ("aggregation", 3), ("optimisation", 2), ("refinement", 7)] {
      let parameter = try #require(pipeline.parameters.first { $0.key == key })
      switch parameter.domain {
      case .choice(let names), .list(let names): #expect(names.count >= count)
      default: Issue.record("\(key)")
      }
    }
  }
}
