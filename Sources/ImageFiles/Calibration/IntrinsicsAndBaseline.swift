import StereoCore

extension CalibrationFormat {
  /// FoundationStereo's `K.txt`: the nine numbers of the left camera's matrix row by row, then the baseline in metres.
  ///
  /// Source: README of NVlabs/FoundationStereo. The principal points are taken as equal (doffs = 0).
  static let intrinsicsAndBaseline = CalibrationFormat(
    name: "FoundationStereo K.txt",
    recognises: { text in
      text.split(maxSplits: 1, whereSeparator: \.isWhitespace).first.map { Double($0) != nil } ?? false
    },
    read: { (text) throws(FileError) in
      let values = try text.numbers("nine intrinsics and a baseline", text.text, count: 10)
      return try text.calibration(
        focalLength: values[0], baseline: values[9], disparityOffset: 0, centre: (values[2], values[5]))
    })
}
