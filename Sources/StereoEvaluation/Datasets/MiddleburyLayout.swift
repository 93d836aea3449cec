import FoundationEssentials
import ImageFiles

/// Middlebury's sets of 2001 to 2021 and version 3's trainingH, trainingQ and so on: a folder for each scene.
///
/// | year | images | truth |
/// |---|---|---|
/// | v3, 2014, 2021 | `im0`, `im1` | `disp0GT.pfm` or `disp0.pfm`, `mask0nocc.png`, `calib.txt` |
/// | 2005, 2006 | `view1`, `view5` | `disp1.png`: code = 1, 2, 3 · d in full, half, third size |
/// | 2003 | `im2`, `im6` | `disp2.png`: code = 1, 2, 4 · d in full (`F`), half (`H`), quarter size |
/// | 2001 | `im2`, `im6` | `disp2.pgm`: code = 8 · d; tsukuba 16 · d |
/// | any of these, renamed | `left`, `right` | `disp_left` |
///
/// A whole-number truth does not say its scale. It is taken from the folders' names (`tsukuba`, `third`, `half`, `full`,
/// `2001`, `2003`); where none of them tells, `--ground-truth-scale` must.
extension DatasetWalker {
  /// Names of images and truth, without endings; the first that fits a folder is used.
  private static let names: [(left: String, right: String, truth: [String])] = [
    ("im0", "im1", ["disp0GT", "disp0"]), ("view1", "view5", ["disp1"]), ("im2", "im6", ["disp2"]),
    ("left", "right", ["disp_left"]), ("scene1.row3.col3", "scene1.row3.col4", ["truedisp.row3.col3"]),
  ]
  private static let pictures = ["png", "ppm", "pgm", "jpg"]

  func middleburyFrames() throws(FileError) -> [BenchmarkFrame] {
    let base = DatasetFolder(root)
    var folders = [""] + base.tree.filter { isDirectory(base.join($0)) }
    // trainingQ beside testQ: only the part that is asked for.
    let wanted = split == .training ? "training" : "test"
    let other = split == .training ? "test" : "training"
    if folders.contains(where: { $0.hasPrefix(wanted) }) { folders.removeAll { $0.hasPrefix(other) } }
    var frames: [BenchmarkFrame] = []
    for name in folders {
      let folder = name.isEmpty ? base : base.folder(name)
      if let frame = try middleburyFrame(folder, name: name.isEmpty ? PathParts.folderName(root) : name) {
        frames.append(frame)
      }
    }
    return frames
  }

  private func middleburyFrame(_ folder: DatasetFolder, name: String) throws(FileError) -> BenchmarkFrame? {
    for pattern in Self.names {
      func picture(_ stem: String) -> String? { folder.first(of: Self.pictures.map { "\(stem).\($0)" }) }
      guard let left = picture(pattern.left), let right = picture(pattern.right) else { continue }
      let candidates = pattern.truth.flatMap { stem in ["pfm", "png", "pgm"].map { "\(stem).\($0)" } }
      var truth = folder.first(of: candidates).map { TruthFiles(disparities: $0) }
      if let path = truth?.disparities, !path.hasSuffix(".pfm") {
        guard let known = scale ?? Self.scale(of: path) else {
          throw unreadable(path, "its scale is not known: give --ground-truth-scale (code units of one pixel)")
        }
        truth?.scale = known
      }
      truth?.mask = folder.first(of: FrameFolder.maskNames.map { "\($0).png" })
      let calibration = folder.first(of: ["calib.txt"])
      truth?.calibration = calibration
      return BenchmarkFrame(name: name, left: left, right: right, calibration: calibration, truth: truth)
    }
    return nil
  }

  /// Code units of one pixel by the names of the folders above, as the data sets' pages tell them.
  static func scale(of path: String) -> Double? {
    let folders = PathParts(path).folder.split(separator: "/").map { $0.lowercased() }.reversed()
    for folder in folders {
      if folder == "tsukuba" { return 16 }
      if ["conesh", "teddyh"].contains(folder) { return 2 }
      if ["conesf", "teddyf"].contains(folder) { return 1 }
      if folder.contains("third") { return 3 }
      if folder.contains("half") { return 2 }
      if folder.contains("full") { return 1 }
      if folder.contains("2003") || folder.contains("quarter") { return 4 }
      if folder.contains("2001") { return 8 }
    }
    return nil
  }
}
