import FoundationEssentials

/// ETH3D two-view: `two_view_training/SCENE/im0.png, im1.png, calib.txt` and the truth beside the images or in
/// `two_view_training_gt/SCENE/disp0GT.pfm, mask0nocc.png`. The root may be the data set or one of these folders.
extension DatasetWalker {
  func eth3dFrames() -> [BenchmarkFrame] {
    let base = DatasetFolder(root)
    let part = split == .training ? "two_view_training" : "two_view_test"
    let images = base.folder(part).exists ? base.folder(part) : base
    let truths = [images, base.folder(part + "_gt"), DatasetFolder(images.path + "_gt"), base]
    return images.folders.compactMap { scene in
      let folder = images.folder(scene)
      guard let left = folder.first(of: ["im0.png"]), let right = folder.first(of: ["im1.png"]) else { return nil }
      let calibration = folder.first(of: ["calib.txt"])
      let files = truths.map { $0.folder(scene) }
      var truth = files.lazy.compactMap { $0.first(of: ["disp0GT.pfm"]) }.first.map { TruthFiles(disparities: $0) }
      truth?.mask = files.lazy.compactMap { $0.first(of: ["mask0nocc.png"]) }.first
      truth?.calibration = calibration
      return BenchmarkFrame(name: scene, left: left, right: right, calibration: calibration, truth: truth)
    }
  }
}
