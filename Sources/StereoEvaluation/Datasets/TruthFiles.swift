import FoundationEssentials
public import ImageFiles
import StereoCore
import Tensors

/// Where the truth of one frame lies.
public struct TruthFiles: Sendable, Equatable {
  /// True disparities: KITTI PNG, PFM, NPY, NPZ, FLO, TIFF of reals, or PGM, PNG and TIFF with a scale; non-occluded pixels where there are two maps.
  public var disparities: String
  /// True disparities with occluded pixels (`disp_occ`), if there is such a map.
  public var withOccluded: String?
  /// KITTI 2015's object map.
  public var objects: String?
  /// Middlebury's or ETH3D's mask.
  public var mask: String?
  /// A Middlebury calibration file whose `ndisp` and `isint` apply.
  public var calibration: String?
  /// Code units of one pixel in whole-number truth; `nil`: 256, and PNG must have 16 bits then.
  public var scale: Double?

  /// Only disparities.
  ///
  /// - Parameters:
  ///   - disparities: the file.
  ///   - scale: code units of one pixel; `nil`: 256 in a 16-bit PNG.
  public init(disparities: String, scale: Double? = nil) {
    self.disparities = disparities
    self.scale = scale
  }

  /// Reads all maps.
  ///
  /// - Throws: ``FileError``: a file cannot be read, is damaged, has the wrong depth, or differs in size from the others.
  public func read() throws(FileError) -> GroundTruth {
    var truth = GroundTruth(disparities: try DisparityFiles.read(disparities, scale: scale, what: Self.operation))
    let size = PixelSize(width: truth.width, height: truth.height)
    if let withOccluded {
      let map = try DisparityFiles.read(withOccluded, scale: scale, what: Self.operation)
      try Self.require(PixelSize(width: map.width, height: map.height), size, of: withOccluded)
      truth.withOccluded = consume map
    }
    if let objects {
      let map = try Self.readBytes(objects)
      try Self.require(PixelSize(width: map.width, height: map.height), size, of: objects)
      truth.objects = consume map
    }
    if let mask {
      let map = try Self.readBytes(mask)
      try Self.require(PixelSize(width: map.width, height: map.height), size, of: mask)
      truth.mask = consume map
    }
    if let calibration { (truth.disparityCount, truth.isInteger) = try Self.readLimits(calibration) }
    return truth
  }

  private static let operation = "reading ground truth"

  private static func require(_ found: PixelSize, _ size: PixelSize, of path: String) throws(FileError) {
    guard found == size else {
      throw .invalid(
        path: path, operation: operation, expected: "\(size) pixels as the disparities have", found: "\(found)")
    }
  }

  /// A gray picture of 8 bits, or of 16 bits whose values are cut at 255 (object maps exist in both); of a colour picture,
  /// as which some masks are stored, the red channel.
  private static func readBytes(_ path: String) throws(FileError) -> Plane<UInt8> {
    let image = try readImage(path)
    if image.format == .gray8 { return image.bytes.copy() }
    var map = Plane<UInt8>(width: image.width, height: image.height, repeating: 0)
    for y in 0..<map.height {
      let source = image.bytes.row(y)
      var row = map.mutableRow(y)
      for x in row.indices {
        if image.format.isWide {
          let at = x * image.format.bytesPerPixel
          let value = source.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt16.self) }
          row[x] = UInt8(min(value, 255))
        } else {
          row[x] = image.colour(y: y, x: x).red
        }
      }
    }
    return map
  }

  /// `ndisp` and `isint` of a Middlebury calibration file; absent ones mean no limit and no rounding.
  private static func readLimits(_ path: String) throws(FileError) -> (count: Int?, isInteger: Bool) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadable(path: path, operation: operation, reason: "it is missing or no text")
    }
    func trimmed(_ part: Substring) -> String { String(part.filter { !$0.isWhitespace }) }
    var values: [String: Int] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2, let value = Int(trimmed(parts[1])) {
        values[trimmed(parts[0])] = value
      }
    }
    return (values["ndisp"].flatMap { $0 > 0 ? $0 : nil }, values["isint"] == 1)
  }
}
