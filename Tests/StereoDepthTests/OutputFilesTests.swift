import Foundation
import StereoDepth
import Testing

/// Kinds of output: found by name, extended from outside, checked before the work and written after it.
@Suite struct OutputFilesTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "outputs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  static let calibration = try? StereoCalibration(focalLength: 100, baseline: 0.1)

  /// What `body` throws, as people read it.
  static func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  /// Every kind of the registry is written in every one of its formats.
  @Test func everyKindIsWrittenInEveryFormat() throws {
    let pair = try SmallScene.pair()
    let matcher = try StereoMatcher(
      preset: "realtime", range: DisparityRange(0..<16), options: MatchingOptions(rightMap: true))
    let result = try matcher.match(pair)
    let named = OutputRegistry.all.filter { $0.name != "rowMeans" }
      .flatMap { kind in kind.endings.map { (kind, path("\(kind.name).\($0)")) } }
    #expect(named.count == 17)
    let files = try OutputFiles(named, settings: OutputSettings(calibration: Self.calibration))
    #expect(files.needsRightMap)
    try files.prepare()
    let remarks = try files.write(pair, result)
    for (kind, path) in named {
      #expect(FileManager.default.contents(atPath: path)?.isEmpty == false, "\(kind.name) \(path)")
      if kind.name != "validity" { #expect(try inspectFile(path).path == path) }
    }
    // The image's centre as principal point is said.
    #expect(remarks.warnings.count { $0.contains("principal point") } == 2)
    #expect(files.pathsByKind.map(\.name).contains("depth.pfm") && files.pathsByKind.map(\.name).contains("depth"))
  }

  /// A kind of somebody else's is one value: registered, it is found by name and written like those of the library.
  @Test func kindsCanBeAdded() throws {
    let kind = OutputKind(
      "rowMeans", purpose: "Mean disparity of every row: .txt.", operation: "writing means", endings: ["txt"]
    ) { (_, result, _, path) throws(FileError) in
      let rows = (0..<result.left.height).map { y in
        (0..<result.left.width).reduce(Float(0)) { $0 + result.left.disparities[y, $1] } / Float(result.left.width)
      }
      try AtomicFile.save(Array(rows.map { "\($0)\n" }.joined().utf8), to: path, operation: "writing means")
      return OutputRemarks(notes: ["\(rows.count) rows"])
    }
    try OutputRegistry.register(kind)
    #expect(kind.option == "row-means")
    #expect(Self.refusal { try OutputRegistry.register(kind) }.contains("rowMeans"))
    #expect(Self.refusal { _ = try OutputRegistry.kind(named: "depths") }.contains("depthPreview"))
    let pair = try SmallScene.pair()
    let result = try StereoMatcher(preset: "realtime", range: DisparityRange(0..<16)).match(pair)
    let files = try OutputFiles(
      [(OutputRegistry.kind(named: "rowMeans"), path("means.txt"))], settings: OutputSettings())
    #expect(try files.write(pair, result) == OutputRemarks(notes: ["48 rows"]))
    #expect(try String(contentsOfFile: path("means.txt"), encoding: .utf8).split(separator: "\n").count == 48)
    let wrong = Self.refusal { _ = try OutputFiles([(kind, "means.csv")], settings: OutputSettings()) }
    #expect(wrong.contains("means.csv") && wrong.contains(".txt") && wrong.contains("--row-means"))
  }

  /// However an input is called (links, hard links, dots), no output replaces it; two outputs are two files.
  @Test func outputsReplaceNoInputAndNoOtherOutput() throws {
    try Data("x".utf8).write(to: folder.appending(path: "left.png"))
    try FileManager.default.linkItem(atPath: path("left.png"), toPath: path("hard.png"))
    try FileManager.default.createSymbolicLink(atPath: path("soft.png"), withDestinationPath: "left.png")
    try FileManager.default.createSymbolicLink(atPath: path("dangling.png"), withDestinationPath: "new.png")
    try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
    func refusal(_ outputs: [String]) -> String {
      Self.refusal {
        _ = try OutputFiles(
          outputs.map { (.preview, $0) }, settings: OutputSettings(), inputs: [("left image", path("left.png"))])
      }
    }
    for name in ["left.png", "./left.png", "sub/../left.png", "hard.png", "soft.png"] {
      let said = refusal([path(name)])
      #expect(said.contains(name) && said.contains("left image") && said.contains("--preview"), "\(name): \(said)")
    }
    for second in ["new.png", "./new.png", "sub/../new.png", "dangling.png"] {
      #expect(refusal([path("new.png"), path(second)]).contains("the file of --preview"), "\(second)")
    }
    #expect(refusal([path("new.png"), path("sub/new.png")]) == "")
    // Anybody may write to a device, as often as he likes.
    let devices: [(OutputKind, String)] = [(.preview, "/dev/null"), (.validity, "/dev/null")]
    #expect(
      Self.refusal { try refuseConflicts(outputs: devices.map { ($0.0.option, $0.1) }, inputs: []) } == "")
  }

  @Test func depthNeedsACalibration() throws {
    for kind in [OutputKind.depth, .depthPreview, .pointCloud] {
      let name = "x." + kind.endings[0]
      let said = Self.refusal { _ = try OutputFiles([(kind, name)], settings: OutputSettings()) }
      #expect(said.contains(name) && said.contains("--calibration"), "\(said)")
    }
    var settings = OutputSettings(calibration: Self.calibration)
    settings.previewRange = 0...5
    #expect(
      Self.refusal { _ = try OutputFiles([(.depthPreview, "x.png")], settings: settings) }.contains("above 0 m"))
  }
}
