import Foundation
import ImageFiles
import StereoEvaluation
import Testing

/// Walkers on empty files in the official layouts, and on the data of this workplace where it is there.
@Suite struct DatasetTests {
  /// A folder with empty files of the given names.
  final class Tree {
    let url = FileManager.default.temporaryDirectory.appending(path: "dataset-\(UUID().uuidString)")

    init(_ files: [String]) throws {
      for file in files {
        let path = url.appending(path: file)
        try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: path)
      }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func frames(_ benchmark: BenchmarkName, split: DatasetSplit = .training, below: String = "") throws
      -> [BenchmarkFrame]
    {
      var walker = DatasetWalker(benchmark, root: url.appending(path: below).path)
      walker.split = split
      return try walker.frames()
    }

    /// A path without the folder's own part.
    func short(_ path: String?) -> String? { path.map { String($0.dropFirst(url.path.count + 1)) } }
  }

  @Test func kitti2012() throws {
    let tree = try Tree(
      ["000000_10", "000000_11", "000007_10"].flatMap { ["training/image_0/\($0).png", "training/image_1/\($0).png"] }
        + [
          "training/disp_noc/000000_10.png", "training/disp_occ/000000_10.png", "training/calib/000007.txt",
          "testing/image_0/000003_10.png", "testing/image_1/000003_10.png",
        ])
    let frames = try tree.frames(.kitti2012)
    #expect(frames.map(\.name) == ["000000_10", "000007_10"])
    #expect(tree.short(frames[0].truth?.disparities) == "training/disp_noc/000000_10.png")
    #expect(tree.short(frames[0].truth?.withOccluded) == "training/disp_occ/000000_10.png")
    #expect(frames[1].truth == nil && tree.short(frames[1].calibration) == "training/calib/000007.txt")
    #expect(try tree.frames(.kitti2012, split: .testing).map(\.name) == ["000003_10"])
    #expect(try tree.frames(.kitti2012, below: "training").count == 2)
    var colour = DatasetWalker(.kitti2012, root: tree.url.path)
    colour.colour = true
    #expect(throws: FileError.self, "gray images for who asks for colour") { try colour.frames() }
  }

  @Test func kitti2015() throws {
    let tree = try Tree([
      "training/image_2/000000_10.png", "training/image_3/000000_10.png", "training/disp_noc_0/000000_10.png",
      "training/disp_occ_0/000000_10.png", "training/obj_map/000000_10.png",
    ])
    let frame = try #require(try tree.frames(.kitti2015).first)
    #expect(tree.short(frame.truth?.disparities) == "training/disp_noc_0/000000_10.png")
    #expect(tree.short(frame.truth?.objects) == "training/obj_map/000000_10.png")
  }

  @Test func aMissingRightImageIsNamed() throws {
    let tree = try Tree(["training/image_0/000004_10.png", "training/image_1/000005_10.png"])
    #expect(throws: FileError.self) { try tree.frames(.kitti2012) }
  }

  @Test func middlebury() throws {
    let tree = try Tree([
      "trainingQ/Piano/im0.png", "trainingQ/Piano/im1.png", "trainingQ/Piano/disp0GT.pfm",
      "trainingQ/Piano/mask0nocc.png", "trainingQ/Piano/calib.txt", "testQ/Hoops/im0.png", "testQ/Hoops/im1.png",
    ])
    let frames = try tree.frames(.middlebury)
    #expect(frames.map(\.name) == ["trainingQ/Piano"])
    #expect(tree.short(frames[0].truth?.mask) == "trainingQ/Piano/mask0nocc.png")
    #expect(tree.short(frames[0].truth?.calibration) == "trainingQ/Piano/calib.txt")
    #expect(try tree.frames(.middlebury, split: .testing).map(\.name) == ["testQ/Hoops"])
  }

  @Test func olderMiddleburySetsHaveTheirScales() throws {
    let tree = try Tree([
      "2001/tsukuba/scene1.row3.col3.ppm", "2001/tsukuba/scene1.row3.col4.ppm", "2001/tsukuba/truedisp.row3.col3.pgm",
      "2001/venus/im2.ppm", "2001/venus/im6.ppm", "2001/venus/disp2.pgm", "2003/cones/im2.png", "2003/cones/im6.png",
      "2003/cones/disp2.png", "ThirdSize/Aloe/view1.png", "ThirdSize/Aloe/view5.png", "ThirdSize/Aloe/disp1.png",
      "2006_half/Wood2/left.png", "2006_half/Wood2/right.png", "2006_half/Wood2/disp_left.png",
    ])
    var scales: [String: Double] = [:]
    for frame in try tree.frames(.middlebury) { scales[frame.name] = frame.truth?.scale }
    let expected: [String: Double] = [
      "2001/tsukuba": 16, "2001/venus": 8, "2003/cones": 4, "ThirdSize/Aloe": 3, "2006_half/Wood2": 2,
    ]
    #expect(scales == expected)
    let unknown = try Tree(["Aloe/view1.png", "Aloe/view5.png", "Aloe/disp1.png"])
    #expect(throws: FileError.self) { try unknown.frames(.middlebury) }
  }

  @Test func eth3d() throws {
    let tree = try Tree([
      "two_view_training/forest_1s/im0.png", "two_view_training/forest_1s/im1.png",
      "two_view_training_gt/forest_1s/disp0GT.pfm", "two_view_training_gt/forest_1s/mask0nocc.png",
    ])
    for below in ["", "two_view_training"] {
      let frame = try #require(try tree.frames(.eth3d, below: below).first)
      #expect(tree.short(frame.truth?.disparities) == "two_view_training_gt/forest_1s/disp0GT.pfm")
      #expect(tree.short(frame.truth?.mask) == "two_view_training_gt/forest_1s/mask0nocc.png")
    }
  }

  @Test func sceneFlow() throws {
    let tree = try Tree(
      ["TRAIN", "TEST"].flatMap { part in
        [
          "frames_cleanpass/\(part)/A/0000/left/0006.png", "frames_cleanpass/\(part)/A/0000/right/0006.png",
          "disparity/\(part)/A/0000/left/0006.pfm",
        ]
      })
    let frames = try tree.frames(.sceneflow)
    #expect(frames.map(\.name) == ["TEST/A/0000/left/0006"])
    #expect(tree.short(frames[0].right) == "frames_cleanpass/TEST/A/0000/right/0006.png")
    #expect(tree.short(frames[0].truth?.disparities) == "disparity/TEST/A/0000/left/0006.pfm")
  }

  @Test func selections() throws {
    let tree = try Tree(
      (0..<12).flatMap { k in
        let name = String(format: "%06d_10.png", 100 + k)
        return ["training/image_0/\(name)", "training/image_1/\(name)"]
      })
    let frames = try tree.frames(.kitti2012)
    let list = try #require(FrameSelection(list: "103-105,111,000100_10,7"))
    let chosen = list.chosen(from: frames)
    #expect(chosen.frames.map(\.name) == ["000100_10", "000103_10", "000104_10", "000105_10", "000111_10"])
    #expect(chosen.unused == ["7"])
    #expect(FrameSelection.every(5).chosen(from: frames).frames.count == 3)
    for wrong in ["", "3-1", "1,,2", ","] { #expect(FrameSelection(list: wrong) == nil, "\(wrong)") }
  }

  static let shared = KITTIPeerTests.peers.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/data")
  static let hasData = FileManager.default.fileExists(atPath: shared.path)

  @Test(.enabled(if: hasData, "../shared/data is not here")) func realDataIsWalked() throws {
    for (benchmark, folder, count) in [
      (BenchmarkName.kitti2012, "kitti2012", 150), (.middlebury, "middlebury", 22), (.sceneflow, "sceneflow", 1),
    ] {
      let frames = try DatasetWalker(benchmark, root: Self.shared.appending(path: folder).path).frames()
      #expect(frames.count >= count - 2 && frames.allSatisfy { $0.truth != nil }, "\(folder): \(frames.count)")
      let truth = try #require(frames[0].truth)
      let width = try truth.read().width
      #expect(width > 300)
    }
  }
}
