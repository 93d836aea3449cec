internal import FoundationEssentials
import Glibc

extension SafeTensors {
  /// Writes tensors as a safetensors file: beside the destination first, then renamed over it, so that a reader sees the old
  /// file or the whole new one.
  ///
  /// Tensors lie in the order of their names, the header is padded to a multiple of 8 bytes: equal tensors give equal files.
  ///
  /// - Parameters:
  ///   - tensors: names must differ.
  ///   - metadata: written as `__metadata__`, keys in order.
  ///   - type: how elements are stored: `F32`, `F16` or `BF16` (rounded to the nearest, ties to even).
  /// - Throws: ``WeightError/unwritable(path:reason:)``; nothing is left behind then.
  /// - Precondition: `type` is one of those three.
  public static func write(
    _ tensors: [WeightTensor], metadata: [String: String], to path: String, as type: ElementType = .float32
  ) throws(WeightError) {
    try writeBeside(encoded(tensors, metadata: metadata, as: type), path: path)
  }

  /// The bytes of a safetensors file.
  static func encoded(_ tensors: [WeightTensor], metadata: [String: String], as type: ElementType) -> [UInt8] {
    precondition([.float32, .float16, .bfloat16].contains(type), "SafeTensors: writing \(type.rawValue)")
    let sorted = tensors.sorted { $0.name < $1.name }
    var header = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { jsonString($0.key) + ":" + jsonString($0.value) }
      header += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}"
    }
    var offset = 0
    for tensor in sorted {
      let end = offset + tensor.count * type.byteCount
      if header.utf8.count > 1 { header += "," }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      header += jsonString(tensor.name)
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

/// `text` as a JSON string.
private func jsonString(_ text: String) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  // A string can always be encoded.
  return String(decoding: try! encoder.encode(text), as: UTF8.self)
}

/// Writes `content` to a file beside `path` and renames it to `path`.
private func writeBeside(_ content: [UInt8], path: String) throws(WeightError) {
  let beside = "\(path).\(getpid()).part"
  let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
  var written = 0
  var failure: String?
  while failure == nil && written < content.count {
    let count = content[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { written += count } else if errno != EINTR { failure = lastSystemError() }
  }
  if failure == nil && fsync(descriptor) != 0 { failure = lastSystemError() }
  if close(descriptor) != 0 && failure == nil { failure = lastSystemError() }
  if failure == nil && rename(beside, path) != 0 { failure = lastSystemError() }
  if let failure {
    unlink(beside)
    throw .unwritable(path: path, reason: failure)
  }
}
