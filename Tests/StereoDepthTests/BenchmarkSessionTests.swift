import Foundation
import StereoDepth
import Testing

/// What a benchmark plans before it runs.
@Suite struct BenchmarkSessionTests {
  /// Workers are planned with the greatest image and the greatest range of any frame, not with the first one's.
  @Test func plansAreForTheGreatestFrame() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "session-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let frames = try [(40, 30, 60), (90, 20, 16), (30, 80, 200), (50, 30, 32)].enumerated().map { k, numbers in
      let (width, height, count) = numbers
      let (image, calibration) = (folder.appending(path: "\(k).pgm"), folder.appending(path: "\(k).txt"))
      try (Data("P5\n\(width) \(height)\n255\n".utf8) + Data(repeating: 7, count: width * height)).write(to: image)
      let camera = "[99 0 9; 0 99 9; 0 0 1]"
      try Data("cam0=\(camera)\ncam1=\(camera)\ndoffs=0\nbaseline=100\nndisp=\(count)\n".utf8).write(to: calibration)
      return BenchmarkFrame(
        name: "\(k)", left: image.path, right: image.path, calibration: calibration.path, truth: nil)
    }
    let session = BenchmarkSession(Middlebury(), frames: frames, dataSet: [], directory: folder.path)
    let greatest = try session.greatestFrame(MethodChoice())
    #expect(greatest.size == PixelSize(width: 30, height: 80) && greatest.range == DisparityRange(0..<200))
    var choice = MethodChoice()
    choice.maxDisparity = 64
    #expect(try session.greatestFrame(choice).range == DisparityRange(0..<64))
  }

  @Test func entriesAreReadAsTheyAreWritten() throws {
    func choice(_ text: String) throws -> MethodChoice? {
      if case .method(let choice) = try BenchmarkEntry(parsing: text).source { choice } else { nil }
    }
    #expect(try choice("sgm")?.preset == nil)
    #expect(try choice("sgm:quality")?.preset == "quality")
    let full = try #require(
      try choice(
        "mc-cnn-accurate:raw:weights=/a:b/c.pt:p1=2:candidates=all:fill=false:max-disparity=64:min-disparity=-3"))
    #expect(full.weights == "/a:b/c.pt" && full.settings == ["p1": "2"] && full.candidates == .all && !full.fill)
    #expect(full.preset == "raw" && full.minDisparity == -3 && full.maxDisparity == 64)
    #expect(try choice("mc-cnn-fast:p1=2")?.preset == nil)
    #expect(try BenchmarkEntry(parsing: "maps:a:b/c").source == .maps(folder: "a:b/c"))
    for wrong in ["magic", "maps:", "sgm:quality:x", "sgm:fill=maybe", "sgm:candidates=0", "sgm:=3"] {
      #expect(throws: StereoError.self, "\(wrong)") { try BenchmarkEntry(parsing: wrong) }
    }
  }

  /// The bundled weights say what they were trained on, and the frames of it are known.
  @Test func bundledWeightsKnowTheirTrainingData() throws {
    for (method, preset, frame, benchmark) in [
      ("mc-cnn-fast", "kitti2012", "000119_10", BenchmarkName.kitti2012), ("modulenet", "raw", "000000_10", .kitti2012),
      ("mc-cnn-fast", "middlebury", "Aloe", .middlebury),
    ] {
      let matcher = try StereoMatcher(method: method, preset: preset, range: DisparityRange(0..<64))
      let data = try #require(matcher.weights.first).trainingData
      #expect(data.seen(of: [frame, "000120_10", "teddy", "Piano"], in: benchmark) == [frame], "\(data.text)")
      #expect(data.seen(of: [frame], in: .eth3d).isEmpty)
    }
  }
}
