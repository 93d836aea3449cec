import StereoCore

extension CalibrationFormat {
  /// stereodemo's JSON of a rectified pair: `fx`, `fy`, `cx0`, `cx1`, `cy`, `baseline_meters`, `width`, `height`.
  ///
  /// Source: PyPI package stereodemo.
  static let stereoDemo = CalibrationFormat(
    name: "stereodemo calibration",
    recognises: { text in text.trees.contains { $0["baseline_meters"] != nil && $0["cx0"] != nil } },
    read: { (text) throws(FileError) in
      try text.requireOnePairInOneFile()
      let tree = text.trees.first { $0["baseline_meters"] != nil && $0["cx0"] != nil } ?? .mapping([])
      let size = try text.size(text.number("width", of: tree), text.number("height", of: tree))
      func camera(_ cx: String) throws(FileError) -> ProjectionMatrix {
        let (fx, cx) = (try text.requiredNumber("fx", of: tree), try text.requiredNumber(cx, of: tree))
        let (fy, cy) = (try text.number("fy", of: tree) ?? fx, try text.requiredNumber("cy", of: tree))
        var camera = try ProjectionMatrix(intrinsics: [fx, 0, cx, 0, fy, cy, 0, 0, 1], name: "fx", of: text)
        camera.size = size
        return camera
      }
      let right: ProjectionMatrix? = tree["cx1"] == nil ? nil : try camera("cx1")
      return try text.calibration(
        left: camera("cx0"), right: right, baseline: text.requiredNumber("baseline_meters", of: tree), offset: nil)
    })
}
