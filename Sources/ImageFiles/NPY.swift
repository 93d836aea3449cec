import StereoCore
import Tensors

extension FileFormat {
  /// NumPy's array file, versions 1 to 3: reals of 16 to 64 bits, whole numbers of 8 to 64 bits and booleans, in either byte
  /// order, C and Fortran order.
  ///
  /// Source: NumPy enhancement proposal 1. The array must be `[H, W]`; extents of 1 before and after are dropped.
  public static let npy = FileFormat(
    name: "NPY", extensions: ["npy"], signatures: [[0x93] + Array("NUMPY".utf8)],
    readSamples: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      return try NPYHeader(&cursor).readSamples(&cursor)
    },
    describe: { (content) throws(FileError) in
      var cursor = ByteCursor(content, operation: inspecting)
      let header = try NPYHeader(&cursor)
      var description = FileDescription(path: content.path, kind: .map, format: "NPY")
      description.add("type", header.type)
      description.add("shape", header.shape.map(String.init).joined(separator: "×"))
      if header.mapShape != nil { description.describe(try header.readSamples(&cursor)) }
      return description
    },
    encodeReal: encodeNPY)
}

/// The header of an NPY: a Python dictionary with `descr`, `fortran_order` and `shape`.
struct NPYHeader {
  /// As NumPy writes it, such as `<f4`.
  let type: String
  let isFortranOrder: Bool
  let shape: [Int]

  /// Takes the header.
  init(_ cursor: inout ByteCursor) throws(FileError) {
    cursor.skip(6)
    let major = try cursor.integer(UInt8.self)
    _ = try cursor.integer(UInt8.self)
    guard (1...3).contains(major) else { throw cursor.invalid(expected: "NPY version 1 to 3", found: "\(major)") }
    let count = major == 1 ? Int(try cursor.integer(UInt16.self)) : Int(try cursor.integer(UInt32.self))
    guard count <= min(cursor.remaining, 1 << 16) else {
      throw cursor.invalid(expected: "a header of \(count) bytes", found: "\(cursor.remaining) bytes")
    }
    let start = cursor.position
    let text = String(decoding: cursor.content.bytes[start..<start + count], as: UTF8.self)
    cursor.skip(count)
    func value(_ key: String) -> Substring? {
      guard let end = text.firstRange(of: "'\(key)'")?.upperBound ?? text.firstRange(of: "\"\(key)\"")?.upperBound
      else { return nil }
      let rest = text[end...].drop { $0 == " " || $0 == ":" }
      return rest
    }
    guard let descr = value("descr"), let order = value("fortran_order"), let extents = value("shape"),
      descr.first == "'" || descr.first == "\"", extents.first == "("
    else { throw cursor.invalid(expected: "descr, fortran_order and shape", found: quoted(text)) }
    type = String(descr.dropFirst().prefix { $0 != "'" && $0 != "\"" })
    isFortranOrder = order.hasPrefix("True")
    let numbers = extents.dropFirst().prefix { $0 != ")" }.split(separator: ",")
      .map { Int($0.filter { $0 != " " && $0 != "L" }) }
    guard numbers.allSatisfy({ $0.map { (0...Int(Int32.max)).contains($0) } ?? false }) else {
      throw cursor.invalid(expected: "a shape of numbers", found: quoted(String(extents)))
    }
    shape = numbers.compactMap { $0 }
  }

  /// Height and width; nil if the array is no map.
  var mapShape: (height: Int, width: Int)? {
    var extents = shape[...]
    while extents.count > 2, extents.first == 1 { extents.removeFirst() }
    while extents.count > 2, extents.last == 1 { extents.removeLast() }
    guard extents.count == 2, let height = extents.first, let width = extents.last else { return nil }
    return (height, width)
  }

  func readSamples(_ cursor: inout ByteCursor) throws(FileError) -> StoredSamples {
    guard let (height, width) = mapShape else {
      throw cursor.invalid(expected: "an array [H, W]", found: "\(shape)")
    }
    try cursor.checkSize(width: width, height: height)
    let isBigEndian = type.hasPrefix(">")
    switch type.drop(while: { "<>|=".contains($0) }) {
    case "f2": return try read(UInt16.self, isBigEndian, .real, &cursor) { Float(Float16(bitPattern: $0)) }
    case "f4": return try read(UInt32.self, isBigEndian, .real, &cursor) { Float(bitPattern: $0) }
    case "f8": return try read(UInt64.self, isBigEndian, .real, &cursor) { Float(Double(bitPattern: $0)) }
    case "b1": return try read(UInt8.self, isBigEndian, .whole(divisor: 1), &cursor) { $0 == 0 ? 0 : 1 }
    case "u1": return try readWhole(UInt8.self, isBigEndian, &cursor)
    case "u2": return try readWhole(UInt16.self, isBigEndian, &cursor)
    case "u4": return try readWhole(UInt32.self, isBigEndian, &cursor)
    case "u8": return try readWhole(UInt64.self, isBigEndian, &cursor)
    case "i1": return try readWhole(Int8.self, isBigEndian, &cursor)
    case "i2":
      var samples = try readWhole(Int16.self, isBigEndian, &cursor)
      samples.isSigned16 = true
      return samples
    case "i4": return try readWhole(Int32.self, isBigEndian, &cursor)
    case "i8": return try readWhole(Int64.self, isBigEndian, &cursor)
    default:
      throw cursor.invalid(
        expected: "reals of 16, 32 or 64 bits, whole numbers or booleans", found: "elements of type \(quoted(type))")
    }
  }

  private func readWhole<Bits: FixedWidthInteger>(
    _: Bits.Type, _ isBigEndian: Bool, _ cursor: inout ByteCursor
  ) throws(FileError) -> StoredSamples {
    try read(Bits.self, isBigEndian, .whole(divisor: 1), &cursor) { Float($0) }
  }

  private func read<Bits: FixedWidthInteger>(
    _: Bits.Type, _ isBigEndian: Bool, _ kind: StoredSamples.Kind, _ cursor: inout ByteCursor,
    _ value: (Bits) -> Float
  ) throws(FileError) -> StoredSamples {
    guard let (height, width) = mapShape else { preconditionFailure("NPY: \(shape) is no map") }
    try cursor.checkBytes(height * width * Bits.bitWidth / 8)
    var values = Plane<Float>(uninitializedWidth: width, height: height)
    let storage = values.mutableStorage
    let isFortranOrder = isFortranOrder
    cursor.forEachSample(Bits.self, count: height * width, bigEndian: isBigEndian) { index, bits in
      // Fortran order has the columns one after the other: index = x · H + y.
      let target = isFortranOrder ? index % height * width + index / height : index
      storage[target] = value(bits)
    }
    return StoredSamples(values: values, kind: kind)
  }
}

/// Encodes as version 1, `<f4`, C order; the header ends at a multiple of 64 bytes as NumPy asks.
private func encodeNPY(_ values: borrowing Plane<Float>, none: Float) -> [UInt8] {
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(values.height), \(values.width)), }"
  header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
  var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
  bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
  bytes.reserveCapacity(bytes.count + values.count * 4)
  for y in 0..<values.height { appendReals(values.row(y), none: none, to: &bytes) }
  return bytes
}
