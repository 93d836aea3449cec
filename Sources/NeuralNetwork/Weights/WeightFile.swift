package import Files

extension WeightStore {
  /// Opens a file of weights, whatever its name: safetensors, a PyTorch checkpoint of either container or as a plain
  /// pickle, a Torch7 file, or a Caffe model.
  ///
  /// - Throws: ``WeightError``.
  public init(path: String) throws(WeightError) {
    let bytes = try WeightError.wrapping { () throws(FileError) in
      try FileBytes(path: path, operation: "reading weights")
    }
    try self.init(reading: bytes, path: path)
  }

  /// Reads weights from memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole content of a file.
  ///   - path: what messages call it.
  /// - Throws: ``WeightError``.
  public init(bytes: [UInt8], path: String = "memory") throws(WeightError) {
    try self.init(reading: FileBytes(bytes), path: path)
  }

  /// Reads weights in place from memory that lives as long as the process, such as bytes that are compiled in.
  ///
  /// - Parameters:
  ///   - bytes: the whole content of a file; never freed, never changed.
  ///   - path: what messages call it.
  /// - Throws: ``WeightError``.
  package init(permanent bytes: UnsafeRawBufferPointer, path: String) throws(WeightError) {
    try self.init(reading: FileBytes(permanent: bytes), path: path)
  }

  /// Reads weights from a file's bytes.
  ///
  /// - Throws: ``WeightError``.
  package init(reading bytes: FileBytes, path: String) throws(WeightError) {
    // Any two bytes may begin a safetensors file: others are looked for after it.
    if SafeTensors.recognises(bytes) {
      self = try SafeTensors.read(bytes, path: path)
    } else if let foreign = ForeignFile.description(of: bytes) {
      throw .invalid(
        path: path, operation: "recognising weights", expected: Self.knownFormats, found: foreign, at: nil)
    } else if path.hasSuffix(".safetensors") {
      self = try SafeTensors.read(bytes, path: path)
    } else if ZipArchive.recognises(bytes) {
      self = try ZipCheckpoint.read(bytes, path: path)
    } else if LegacyCheckpoint.recognises(bytes) {
      self = try LegacyCheckpoint.read(bytes, path: path)
    } else if Torch7Reader.recognises(bytes) {
      self = try Torch7Model.read(bytes, path: path)
    } else if CaffeModel.recognises(bytes) || path.hasSuffix(".caffemodel") && bytes.count > 0 {
      self = try CaffeModel.read(bytes, path: path)
    } else {
      throw .invalid(
        path: path, operation: "recognising weights", expected: Self.knownFormats,
        found: bytes.count == 0 ? "an empty file" : "another format", at: 0)
    }
  }

  private static let knownFormats = "safetensors, a PyTorch checkpoint, a Torch7 file or a Caffe model"

  /// Whether a file's first bytes are those of a file of weights; false also if it cannot be read.
  public static func recognises(path: String) -> Bool {
    guard let bytes = try? FileBytes(path: path, operation: "recognising weights") else { return false }
    return recognises(bytes)
  }

  /// Whether the first bytes are those of a file of weights.
  package static func recognises(_ bytes: FileBytes) -> Bool {
    SafeTensors.recognises(bytes) || ZipArchive.recognises(bytes) || LegacyCheckpoint.recognises(bytes)
      || Torch7Reader.recognises(bytes) || CaffeModel.recognises(bytes)
  }
}
