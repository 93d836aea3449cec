import FoundationEssentials

/// Scene Flow: `frames_cleanpass/…/left/0006.png`, the right image beside in `right`, the truth in
/// `disparity/…/left/0006.pfm`; FlyingThings3D has `TRAIN` and `TEST` between, and its `TEST` is what papers report.
///
/// Folders with `left.png`, `right.png` and `disp_left.pfm` are walked as well.
extension DatasetWalker {
  func sceneFlowFrames() -> [BenchmarkFrame] {
    let base = DatasetFolder(root)
    let passes = ["frames_cleanpass", "frames_finalpass"]
    for pass in passes where base.folder(pass).exists {
      let images = base.folder(pass)
      let part = split == .testing || images.folder("TEST").exists ? "TEST/" : ""
      let lefts = images.tree.filter { path in
        path.hasPrefix(part) && path.contains("/left/") && [".png", ".webp"].contains { path.hasSuffix($0) }
      }
      return lefts.compactMap { path in sceneFlowFrame(base, pass, path) }
    }
    return ([""] + base.tree).compactMap { name in
      let folder = name.isEmpty ? base : base.folder(name)
      guard let left = folder.first(of: ["left.png"]), let right = folder.first(of: ["right.png"]) else { return nil }
      return BenchmarkFrame(
        name: name.isEmpty ? PathParts.folderName(root) : name, left: left, right: right,
        truth: folder.first(of: ["disp_left.pfm"]).map { TruthFiles(disparities: $0) })
    }
  }

  private func sceneFlowFrame(_ base: DatasetFolder, _ pass: String, _ path: String) -> BenchmarkFrame? {
    // The last `left` on the way: folders above may be called so, too.
    guard let side = path.ranges(of: "/left/").last else { return nil }
    let partner = "\(path[..<side.lowerBound])/right/\(path[side.upperBound...])"
    guard let right = base.first(of: ["\(pass)/\(partner)"]) else { return nil }
    let stem = PathParts(path).withoutEnding
    return BenchmarkFrame(
      name: stem, left: base.folder(pass).join(path), right: right,
      truth: base.first(of: ["disparity/\(stem).pfm"]).map { TruthFiles(disparities: $0) })
  }
}
