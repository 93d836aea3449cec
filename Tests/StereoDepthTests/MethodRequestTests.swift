import StereoDepth
import Testing

/// One initialiser with content; what a request has wrong is told by name.
@Suite struct MethodRequestTests {
  /// Random dots and their copy `d` columns further left.
  static func shifted(width: Int, height: Int, by d: Int) throws -> RectifiedPair {
    var state: UInt64 = 7
    var scene: [UInt8] = []
    for _ in 0..<height * (width + d) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      scene.append(UInt8(truncatingIfNeeded: state >> 56))
    }
    func image(_ shift: Int) -> Image {
      var samples: [UInt8] = []
      for y in 0..<height {
        let first = y * (width + d) + shift
        samples += scene[first..<first + width]
      }
      return Image(format: .gray8, bytes: Plane(width: width, height: height, samples: samples))
    }
    return try RectifiedPair(left: image(0), right: image(d))
  }

  static func pair() throws -> RectifiedPair { try shifted(width: 90, height: 30, by: 6) }

  static func bits(_ matcher: StereoMatcher) throws -> [UInt32] {
    try matcher.match(pair()).left.disparities.samples.map { $0.isNaN ? .max : $0.bitPattern }
  }

  static func refusal(_ request: MethodRequest) -> String {
    do {
      _ = try StereoMatcher(request)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func shortFormsAreRequests() throws {
    let range = DisparityRange(0..<16)
    let request = MethodRequest(method: "sgm", preset: "realtime", range: range, settings: ["p1": "12"])
    let short = try StereoMatcher(method: "sgm", preset: "realtime", range: range, settings: ["p1": "12"])
    #expect(try Self.bits(StereoMatcher(request)) == Self.bits(short))
    #expect(try StereoMatcher(MethodRequest()).range == DisparityRange(MethodDescription.standardRange))
  }

  /// The settings of `sgm`: a preset's own numbers change nothing, others do.
  @Test(arguments: ["realtime", "balanced", "quality"]) func settingsOfSemiGlobalMatching(preset: String) throws {
    let range = DisparityRange(0..<16)
    let sgm = try MethodRegistry.method(named: "sgm")
    let written = try sgm.preset(named: preset).values.mapValues { "\($0)" }
    let plain = try Self.bits(StereoMatcher(preset: preset, range: range))
    #expect(try Self.bits(StereoMatcher(preset: "raw", range: range)) != plain)
    #expect(
      try Self.bits(
        StereoMatcher(preset: preset == "realtime" ? "balanced" : "realtime", range: range, settings: written))
        == plain)
    for (key, text) in [("window", "5x5"), ("uniqueness", "0.9"), ("speckle-size", "2600"), ("check-threshold", "0")] {
      let other = try StereoMatcher(
        preset: preset, range: range, options: MatchingOptions(fill: false), settings: [key: text])
      let same = try StereoMatcher(preset: preset, range: range, options: MatchingOptions(fill: false))
      #expect(try Self.bits(other) != Self.bits(same), "\(key)")
    }
    for (key, text) in [("window", "7x7"), ("window", "9x7"), ("paths", "8"), ("p1", "191"), ("p2", "0")] {
      let matcher = try StereoMatcher(preset: preset, range: range, settings: [key: text])
      let found = try matcher.match(Self.pair())
      #expect(abs(found.left.disparities[15, 50] - 6) < 0.5, "\(key)=\(text)")
    }
  }

  @Test func refusalsNameWhatIsWrong() {
    let range = DisparityRange(0..<64)
    for (request, mentions) in [
      (MethodRequest(method: "magic", range: range), ["magic", "sgm", "pipeline"]),
      (MethodRequest(preset: "best", range: range), ["preset of sgm", "quality", "best"]),
      (MethodRequest(range: range, weights: "w.pt"), ["--weights", "sgm", "w.pt"]),
      (MethodRequest(range: range, candidates: 5), ["--candidates", "sgm", "5"]),
      (MethodRequest(range: range, settings: ["p3": "1"]), ["--set", "p1, p2", "p3"]),
      (MethodRequest(range: range, settings: ["p1": "many"]), ["p1", "a whole number from 0 to 191", "many"]),
      (MethodRequest(preset: "raw", range: range, settings: ["p1": "3"]), ["p1", "census", "--preset raw"]),
      (MethodRequest(range: DisparityRange(0..<5000)), ["0 ..< 5000", "4095"]),
      (MethodRequest(method: "modulenet", range: DisparityRange(-4..<60)), ["-4 ..< 60", "below 0"]),
      (MethodRequest(method: "modulenet", range: range, needs: [.rightMap]), ["right-disparity", "sgm", "modulenet"]),
      (MethodRequest(method: "psmnet", range: range), ["psmnet", "--weights", "JiaRenChang"]),
      (
        MethodRequest(method: "pipeline", range: range, settings: ["cost": "sad"]),
        ["cost", "absolute-differences", "patch-census", "sad"]
      ),
    ] {
      let said = Self.refusal(request)
      for mention in mentions { #expect(said.contains(mention), "\(said)") }
    }
  }

  /// The weights that suit the preset are taken, and said.
  @Test func weightsAreSaid() throws {
    for (preset, model) in [
      ("driving", "mc-cnn-fast-kitti"), ("indoor", "mc-cnn-fast-middlebury"), ("middlebury", "mc-cnn-fast-middlebury"),
    ] {
      let matcher = try StereoMatcher(method: "mc-cnn-fast", preset: preset, range: DisparityRange(0..<16))
      #expect(matcher.notes == ["weights: \(model), bundled, for the preset \(preset)"])
    }
    #expect(try StereoMatcher(range: DisparityRange(0..<16)).notes.isEmpty)
  }

  @Test func methodsCanBeAddedOnce() throws {
    let own = MethodDescription(name: "added-test", paper: "none", purpose: "sgm under another name") { setup in
      try StereoMatcher(method: "sgm", preset: "realtime", range: setup.range, options: setup.options)
    }
    try MethodRegistry.register(own)
    #expect(throws: StereoError.self) { try MethodRegistry.register(own) }
    let range = DisparityRange(0..<16)
    #expect(
      try Self.bits(StereoMatcher(method: "added-test", range: range))
        == Self.bits(StereoMatcher(preset: "realtime", range: range)))
  }
}
