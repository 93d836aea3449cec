import StereoCore

extension CalibrationFormat {
  /// FoundationStereo's `K.txt`: the nine numbers of the left camera's matrix row by row, then the baseline in metres.
  ///
  /// Source: README of NVlabs/FoundationStereo. The principal points are taken as equal (doffs = 0).
  static let intrinsicsAndBaseline = CalibrationFormat(
    name: "FoundationStereo K.txt",
    recognises: { text in
      text.text.split(maxSplits: 1, whereSeparator: \.isWhitespace).first.map { Double($0) != nil } ?? false
    },
    read: { (text) throws(FileError) in
      try text.requireOnePairInOneFile()
      let values = try text.numbers("nine intrinsics and a baseline", text.text, count: 10)
      let left = try ProjectionMatrix(intrinsics: Array(values[..<9]), name: "K", of: text)
      return try text.calibration(left: left, right: nil, baseline: values[9], offset: nil)
    })
}
