import StereoCore
import Testing

/// The one reader of settings: intervals, precedence, names.
@Suite struct ParameterValuesTests {
  static let parameters = [
    MethodParameter("paths", "how many", .whole(1...8), default: 4),
    MethodParameter("p1", "a penalty", .number(0...1e6), default: 2),
    MethodParameter("check", "whether", .truth, default: true),
    MethodParameter("window", "which", .choice(["5x5", "7x7"]), default: "5x5"),
    MethodParameter("steps", "what", .list(["median", "fill"]), default: ["median"]),
    MethodParameter("candidates", "how many", .wholeOr(1...9, "all"), default: "all"),
    MethodParameter("proposer", "weights", .text("a file"), defaultMeaning: "the bundled weights"),
    MethodParameter("align-corners", "how", .truth, default: false, isConvention: true),
  ]

  @Test func valuesHaveTheirTypes() throws {
    let values = try ParameterValues(
      [
        "paths": "8", "p1": "0.08", "check": "false", "window": "7x7", "steps": "fill,median", "candidates": "3",
        "proposer": "w.pt",
      ], of: Self.parameters)
    #expect(values.whole("paths") == 8 && values.number("p1") == 0.08 && !values.truth("check"))
    #expect(values.word("window") == "7x7" && values.words("steps") == ["fill", "median"])
    #expect(values["candidates"] == 3 && values["proposer"] == "w.pt" && values["align-corners"] == false)
    #expect(values.given == ["paths", "p1", "check", "window", "steps", "candidates", "proposer"])
  }

  @Test func defaults() throws {
    let values = try ParameterValues(of: Self.parameters)
    #expect(values.whole("paths") == 4 && values.number("p1") == 2 && values["candidates"] == "all")
    #expect(values["proposer"] == nil && values.given.isEmpty && values.words("steps") == ["median"])
    for text in ["none", ""] {
      #expect(try ParameterValues(["steps": text], of: Self.parameters).words("steps") == [])
    }
  }

  /// Given before preset, preset before metadata, which tells conventions only.
  @Test func whoSaysItFirst() throws {
    let metadata = ["paths": "8", "align-corners": "true", "licence": "MIT"]
    let told = try ParameterValues(preset: ["p1": 3], metadata: metadata, of: Self.parameters)
    #expect(told.whole("paths") == 4 && told.truth("align-corners") && told.number("p1") == 3)
    let given = try ParameterValues(
      ["p1": "5", "align-corners": "false"], preset: ["p1": 3], metadata: metadata, of: Self.parameters)
    #expect(given.number("p1") == 5 && !given.truth("align-corners"))
  }

  @Test(arguments: [
    ("paths", "0", "a whole number from 1 to 8"), ("paths", "2.5", "a whole number from 1 to 8"),
    ("paths", "", "a whole number from 1 to 8"), ("p1", "-1", "a number from 0 to 1000000"),
    ("p1", "nan", "a number from 0 to 1000000"), ("p1", "many", "a number from 0 to 1000000"),
    ("check", "yes", "true or false"), ("window", "9x9", "one of 5x5, 7x7"),
    ("steps", "median,blur", "none, or a comma list of median, fill"),
    ("steps", ",", "none, or a comma list of median, fill"),
    ("candidates", "10", "a whole number from 1 to 9, or all"), ("proposer", "", "a file"),
  ]) func whatDoesNotFitIsNamed(key: String, text: String, expected: String) {
    #expect(throws: StereoError.invalidOption(name: key, expected: expected, found: text)) {
      _ = try ParameterValues([key: text], of: Self.parameters)
    }
  }

  @Test func misspeltKeysListTheKnown() {
    let known = "one of align-corners, candidates, check, p1, paths, proposer, steps, window"
    #expect(throws: StereoError.invalidOption(name: "--set", expected: known, found: "P1")) {
      _ = try ParameterValues(["P1": "3"], of: Self.parameters)
    }
    #expect(throws: StereoError.invalidOption(name: "--set", expected: "no settings", found: "P1")) {
      _ = try ParameterValues(["P1": "3"], of: [])
    }
  }
}
