import Foundation
import GoldenSupport
import ImageFiles
import StereoCore
import StereoEvaluation
import Tensors
import Testing

/// Every KITTI number against the NumPy implementation in Tests/Peers, on 240 pairs of maps.
@Suite struct KITTIPeerTests {
  struct Golden: Decodable {
    struct Table2012: Decodable {
      let out: [Double]
      let average: Double
      let density: Double
      let estimatedOut: [Double]
      let estimatedAverage: Double
    }
    struct Table2015: Decodable {
      let d1: [Double]
      let estimatedD1: [Double]
      let density: Double
    }
    struct Regions2012: Decodable {
      let noc: KITTI2012.Region
      let all: KITTI2012.Region
    }
    struct Regions2015: Decodable {
      let noc: KITTI2015.Region
      let occ: KITTI2015.Region
    }
    struct Case: Decodable {
      let width: Int
      let height: Int
      let maps: UInt32
      let kitti2012: Regions2012
      let kitti2015: Regions2015
      let errorImage2012: UInt32
      let errorImage2015: UInt32
    }
    let kitti2012: [String: Table2012]
    let kitti2015: [String: Table2015]
    let cases: [Case]
  }

  static let peers = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Peers")

  static func golden() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: peers.appending(path: "kitti_golden.json")))
  }

  static func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(abs(a), abs(b)) }

  static func areEqual(_ a: KITTI2012.Region, _ b: KITTI2012.Region) -> Bool {
    a.pixels == b.pixels && a.estimated == b.estimated && a.outliers == b.outliers
      && a.estimatedOutliers == b.estimatedOutliers && isClose(a.errorSum, b.errorSum)
      && isClose(a.estimatedErrorSum, b.estimatedErrorSum)
  }

  static func areEqual(_ a: KITTI2015.Region, _ b: KITTI2015.Region) -> Bool {
    a.background == b.background && a.foreground == b.foreground && a.all == b.all && isClose(a.errorSum, b.errorSum)
  }

  @Test func everyFrameAgrees() throws {
    let golden = try Self.golden()
    #expect(golden.cases.count == KITTICase.count)
    for (number, expected) in golden.cases.enumerated() {
      let maps = KITTICase(number)
      #expect(maps.width == expected.width && maps.height == expected.height && maps.checksum == expected.maps)
      let estimate = maps.plane(maps.estimate)
      let truth = maps.truth()
      let first = KITTI2012().score(estimate, against: truth)
      #expect(Self.areEqual(first.noc, expected.kitti2012.noc), "case \(number)")
      #expect(Self.areEqual(try #require(first.all), expected.kitti2012.all), "case \(number)")
      let second = KITTI2015().score(estimate, against: truth)
      #expect(Self.areEqual(second.first, expected.kitti2015.noc), "case \(number)")
      #expect(Self.areEqual(try #require(second.occ), expected.kitti2015.occ), "case \(number)")
    }
  }

  @Test func errorImagesAgreeToTheByte() throws {
    for (number, expected) in try Self.golden().cases.enumerated() {
      let maps = KITTICase(number)
      let estimate = maps.plane(maps.estimate)
      let truth = maps.truth()
      let gray = KITTIErrorImage.gray2012.image(of: estimate, truth: truth)
      let colours = KITTIErrorImage.colours2015.image(of: estimate, truth: truth)
      #expect(crc32(gray.bytes.samples) == expected.errorImage2012, "case \(number)")
      #expect(crc32(colours.bytes.samples) == expected.errorImage2015, "case \(number)")
    }
  }

  @Test func tablesAgree() throws {
    let golden = try Self.golden()
    var first: [ScoredFrame<KITTI2012.Score>] = []
    var second: [ScoredFrame<KITTI2015.Score>] = []
    for number in 0..<KITTICase.count {
      let maps = KITTICase(number)
      let estimate = maps.plane(maps.estimate)
      let truth = maps.truth()
      first.append(ScoredFrame(name: "\(number)", score: KITTI2012().score(estimate, against: truth)))
      second.append(ScoredFrame(name: "\(number)", score: KITTI2015().score(estimate, against: truth)))
    }
    let table = KITTI2012().report(of: first)
    for (region, out, average) in [("noc", "outNoc", "averageNoc"), ("all", "outAll", "averageAll")] {
      let expected = try #require(golden.kitti2012[region])
      for k in 0..<5 {
        Self.expect(table[out]?["\(k + 1)"], expected.out[k])
        Self.expect(table["estimated"]?[out]?["\(k + 1)"], expected.estimatedOut[k])
      }
      Self.expect(table[average], expected.average)
      Self.expect(table["estimated"]?[average], expected.estimatedAverage)
      Self.expect(table[region == "noc" ? "density" : "densityAll"], expected.density)
    }
    let pooled = KITTI2015().report(of: second)
    for (region, name) in [("noc", "d1Noc"), ("occ", "d1")] {
      let expected = try #require(golden.kitti2015[region])
      for (k, part) in ["background", "foreground", "all"].enumerated() {
        Self.expect(pooled[name]?[part], expected.d1[k])
        Self.expect(pooled["estimated"]?[name]?[part], expected.estimatedD1[k])
      }
      Self.expect(pooled[region == "noc" ? "densityNoc" : "density"], expected.density)
    }
    guard case .array(let rows) = table["perFrame"] else { return #expect(Bool(false), "no perFrame") }
    #expect(rows.count == KITTICase.count && rows[3]["frame"] == .string("3"))
  }

  static func expect(_ value: OrderedJSON?, _ expected: Double, _ location: SourceLocation = #_sourceLocation) {
    guard let number = value?.number else {
      Issue.record("no number, expected \(expected)", sourceLocation: location)
      return
    }
    #expect(isClose(number, expected), "\(number) is not \(expected)", sourceLocation: location)
  }

  /// Real truth of three sizes, and estimates that are off and full of holes, from the same files as the script reads.
  @Test(
    .enabled(if: PythonPeer.has("numpy"), "python3 with numpy is not here"),
    .enabled(if: DatasetTests.hasData, "../shared/data is not here"))
  func realMapsAgree() throws {
    let real = DatasetTests.shared.appending(path: "kitti2012/training/disp_noc")
    let scratch = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let (estimates, truths) = (scratch.appending(path: "estimates"), scratch.appending(path: "truths"))
    for folder in [estimates, truths] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    var widths: Set<Int> = []
    for name in ["000000_10.png", "000003_10.png", "000026_10.png"] {
      let truth = truths.appending(path: name).path
      try FileManager.default.copyItem(atPath: real.appending(path: name).path, toPath: truth)
      var map = try readDisparity(truth)
      widths.insert(map.width)
      for y in 0..<map.height {
        for x in 0..<map.width where map.disparities[y, x].isFinite {
          let error = Float((31 * x + 17 * y) % 17 - 8) / 2
          let estimate = max(map.disparities[y, x] + error, 0)
          map.disparities[y, x] = (x / 37 + y / 11) % 3 == 0 ? .nan : estimate
        }
      }
      try writeDisparity(map, to: estimates.appending(path: name).path)
    }
    #expect(widths.count == 3, "\(widths)")
    let files = try FramePairing(estimates: estimates.path, truths: truths.path).match().frames
    let table = KITTI2012().report(of: try EvaluationRun(KITTI2012()).scores(of: files).frames)
    let script = Self.peers.appending(path: "kitti_scores.py").path(percentEncoded: false)
    let printed = try PythonPeer.run([script, "score", "2012", estimates.path, truths.path])
    let expected = try #require(JSONDecoder().decode([String: Golden.Table2012].self, from: printed)["noc"])
    for k in 0..<5 {
      Self.expect(table["outNoc"]?["\(k + 1)"], expected.out[k])
      Self.expect(table["estimated"]?["outNoc"]?["\(k + 1)"], expected.estimatedOut[k])
    }
    Self.expect(table["averageNoc"], expected.average)
    Self.expect(table["estimated"]?["averageNoc"], expected.estimatedAverage)
    Self.expect(table["density"], expected.density)
    #expect(expected.density < 80 && expected.out[2] > 10, "the estimates are too good to tell anything")
  }

  /// The golden file is what the script prints today.
  @Test(.enabled(if: PythonPeer.has("numpy"), "python3 with numpy is not here"))
  func goldenFileIsUpToDate() throws {
    let printed = try PythonPeer.run([
      Self.peers.appending(path: "kitti_scores.py").path(percentEncoded: false), "golden",
    ])
    let stored = try Data(contentsOf: Self.peers.appending(path: "kitti_golden.json"))
    #expect(printed == stored)
  }
}
