import FoundationEssentials
import ImageFiles

/// KITTI 2012 and 2015: `training/` and `testing/` with a folder for each camera and kind of truth.
///
/// | | 2012 | 2015 |
/// |---|---|---|
/// | images | `image_0`, `image_1` (gray) or `colored_0`, `colored_1` | `image_2`, `image_3` |
/// | truth | `disp_noc`, `disp_occ` | `disp_noc_0`, `disp_occ_0`, `obj_map` |
///
/// Frames are `*_10.png`; `*_11.png` is the next moment, which has no truth. The root may be the data set or its split.
extension DatasetWalker {
  func kittiFrames() throws(FileError) -> [BenchmarkFrame] {
    let cameras: [(left: String, right: String)]
    if benchmark == .kitti2015 {
      cameras = [("image_2", "image_3")]
    } else {
      let gray = (left: "image_0", right: "image_1")
      let colours = (left: "colored_0", right: "colored_1")
      // Who asks for colour must not get gray unawares.
      cameras = colour ? [colours] : [gray, colours]
    }
    let base = DatasetFolder(root)
    let split = base.folder(split.rawValue).exists ? base.folder(split.rawValue) : base
    guard let camera = cameras.first(where: { split.folder($0.left).exists }) else { return [] }
    let (left, right) = (split.folder(camera.left), split.folder(camera.right))
    let names = left.entries.filter { $0.hasSuffix("_10.png") }
    var frames: [BenchmarkFrame] = []
    for name in names {
      guard let partner = right.first(of: [name]) else {
        throw unreadable(right.path, "no right image \(name)")
      }
      let number = String(name.dropLast("_10.png".count))
      frames.append(
        BenchmarkFrame(
          name: String(name.dropLast(".png".count)), left: left.join(name), right: partner,
          calibration: split.first(of: ["calib/\(number).txt", "calib_cam_to_cam/\(number).txt"]),
          truth: kittiTruth(split, name)))
    }
    return frames
  }

  private func kittiTruth(_ split: DatasetFolder, _ name: String) -> TruthFiles? {
    let suffix = benchmark == .kitti2015 ? "_0" : ""
    let noc = split.first(of: ["disp_noc\(suffix)/\(name)"])
    let occ = split.first(of: ["disp_occ\(suffix)/\(name)"])
    guard let first = noc ?? occ else { return nil }
    var truth = TruthFiles(disparities: first)
    truth.withOccluded = noc == nil ? nil : occ
    if benchmark == .kitti2015 { truth.objects = split.first(of: ["obj_map/\(name)"]) }
    return truth
  }
}
