internal import Files

extension SafeTensors {
  /// Writes tensors as a safetensors file, through ``AtomicFile``: a reader sees the old file or the whole new one.
  ///
  /// Tensors lie in the order of their names, the header is padded to a multiple of 8 bytes: equal tensors give equal files.
  ///
  /// - Parameters:
  ///   - tensors: names must differ.
  ///   - metadata: written as `__metadata__`, keys in order.
  ///   - type: how elements are stored: `F32`, `F16` or `BF16` (rounded to the nearest, ties to even).
  /// - Throws: ``WeightError/file(_:)`` if it cannot be written; nothing is left behind then.
  /// - Precondition: `type` is one of those three.
  public static func write(
    _ tensors: [WeightTensor], metadata: [String: String], to path: String, as type: ElementType = .float32
  ) throws(WeightError) {
    try WeightError.wrapping { () throws(FileError) in
      try AtomicFile.save(encoded(tensors, metadata: metadata, as: type), to: path, operation: "writing weights")
    }
  }

  /// The bytes of a safetensors file.
  static func encoded(_ tensors: [WeightTensor], metadata: [String: String], as type: ElementType) -> [UInt8] {
    precondition([.float32, .float16, .bfloat16].contains(type), "SafeTensors: writing \(type.rawValue)")
    let sorted = tensors.sorted { $0.name < $1.name }
    var header = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        OrderedJSON.quoted($0.key) + ":" + OrderedJSON.quoted($0.value)
      }
      header += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}"
    }
    var offset = 0
    for tensor in sorted {
      let end = offset + tensor.count * type.byteCount
      if header.utf8.count > 1 { header += "," }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      header += OrderedJSON.quoted(tensor.name)
      header += ":{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    header += "}"
    while header.utf8.count % 8 != 0 { header += " " }
    var file: [UInt8] = []
    file.reserveCapacity(8 + header.utf8.count + offset)
    append(UInt64(header.utf8.count), to: &file)
    file += header.utf8
    for tensor in sorted { append(tensor.values(), as: type, to: &file) }
    return file
  }

  private static func append(_ values: [Float], as type: ElementType, to file: inout [UInt8]) {
    for value in values {
      switch type {
      case .float16: append(half(nearestTo: value), to: &file)
      case .bfloat16: append(brainFloat(nearestTo: value), to: &file)
      default: append(value.bitPattern, to: &file)
      }
    }
  }

  private static func append<T: FixedWidthInteger>(_ integer: T, to file: inout [UInt8]) {
    for byte in 0..<T.bitWidth / 8 { file.append(UInt8(truncatingIfNeeded: integer >> (8 * byte))) }
  }
}

/// The bfloat16 nearest to `value`, ties to even.
package func brainFloat(nearestTo value: Float) -> UInt16 {
  if value.isNaN { return 0x7FC0 }
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (UInt64(bits) + 0x7FFF + UInt64(bits >> 16 & 1)) >> 16)
}
