internal import CImageCodecs
import StereoCore
import Tensors

extension FileFormat {
  /// TIFF and BigTIFF through libtiff: gray and colour of 1 to 16 bits as pictures; one sample a pixel, whole or real, as maps.
  ///
  /// Only the first picture of a file is read. Whole numbers of a map are pixels of disparity unless a divisor is given: no data
  /// set agrees on another unit. A pixel that has GDAL's value for “no data” has none.
  public static let tiff = FileFormat(
    name: "TIFF", extensions: ["tif", "tiff"],
    signatures: [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]],
    readImage: { (content, operation) throws(FileError) in try tiffCodec.read(content, operation) },
    readSamples: readValues,
    describe: { (content) throws(FileError) in
      let header = try tiffCodec.readHeader(content, inspecting)
      guard header.layout == SD_VALUES else { return try describeImage(content, format: "TIFF", codec: tiffCodec) }
      var description = FileDescription(path: content.path, kind: .map, format: "TIFF")
      description.add("type", header.sampleName)
      description.describe(try readValues(content, inspecting))
      return description
    })
}

/// The TIFF functions of `CImageCodecs`.
private let tiffCodec = ImageCodec(name: "TIFF", header: sd_tiff_header, decode: sd_tiff_decode)

@Sendable private func readValues(_ content: FileContent, _ operation: String) throws(FileError) -> StoredSamples {
  var header = try tiffCodec.readHeader(content, operation)
  guard header.orientation == 1 else {
    throw .invalid(
      path: content.path, operation: operation, expected: "a map that is stored upright",
      found: "one with the orientation \(header.orientation)")
  }
  var values = Plane<Float>(uninitializedWidth: Int(header.width), height: Int(header.height))
  var error = sd_codec_error()
  let rowFloats = values.rowStride
  guard
    sd_tiff_values(content.bytes, content.bytes.count, values.mutableStorage, rowFloats, &header, &error) == 1
  else { throw tiffCodec.damaged(content, operation, error) }
  if header.has_no_data == 1 {
    let none = Float(header.no_data)
    for y in 0..<values.height {
      var row = values.mutableRow(y)
      for x in row.indices where row[x] == none { row[x] = .nan }
    }
  }
  return StoredSamples(
    values: values, kind: header.sample_kind == SD_REAL ? .real : .whole(divisor: 1),
    isSigned16: header.sample_kind == SD_SIGNED && header.file_bits == 16)
}
