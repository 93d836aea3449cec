import StereoCore
import Tensors

extension FileFormat {
  /// Middlebury's optical flow: two reals a pixel, the displacement (u, v) to the other image.
  ///
  /// From the left to the right image of a rectified pair u = x_right − x_left = −d and v = 0: the map is −u. A displacement of
  /// more than 10⁹ is none. Source: Baker et al., *A database and evaluation methodology for optical flow*, the code that comes
  /// with it.
  public static let flo = FileFormat(
    name: "FLO", extensions: ["flo"], signatures: [Array("PIEH".utf8)],
    readSamples: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      return try readFlow(&cursor)
    },
    describe: { (content) throws(FileError) in
      var cursor = ByteCursor(content, operation: inspecting)
      var description = FileDescription(path: content.path, kind: .map, format: "FLO")
      description.add("channels", 2)
      description.describe(try readFlow(&cursor))
      return description
    })
}

private func readFlow(_ cursor: inout ByteCursor) throws(FileError) -> StoredSamples {
  cursor.skip(4)
  let width = Int(Int32(bitPattern: try cursor.integer(UInt32.self)))
  let height = Int(Int32(bitPattern: try cursor.integer(UInt32.self)))
  try cursor.checkSize(width: width, height: height)
  try cursor.checkBytes(width * height * 8)
  var values = Plane<Float>(uninitializedWidth: width, height: height)
  let storage = values.mutableStorage
  cursor.forEachSample(UInt32.self, count: width * height * 2, bigEndian: false) { index, bits in
    guard index % 2 == 0 else { return }
    let displacement = Float(bitPattern: bits)
    storage[index / 2] = abs(displacement) <= 1e9 ? -displacement : .nan
  }
  return StoredSamples(values: values, kind: .real)
}
