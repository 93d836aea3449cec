public import Tensors

/// A picture: bytes on the pixel grid and how they are meant.
public struct Image: ~Copyable, Sendable {
  /// How the bytes of a pixel are meant.
  public let format: PixelFormat
  /// `[H, W · bytesPerPixel]` bytes.
  public let bytes: Plane<UInt8>
  /// The sample that the file declares to be white, for samples of 16 bits; nil: it declares none.
  public let declaredWhite: UInt16?
  /// How the picture was turned when it was read, as its file says that it is stored.
  public let orientation: StoredOrientation

  /// Columns, pixels.
  public var width: Int { bytes.width / format.bytesPerPixel }
  /// Rows, pixels.
  public var height: Int { bytes.height }
  /// Width and height, pixels.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// An image of its own bytes.
  ///
  /// - Parameters:
  ///   - format: how the bytes are meant.
  ///   - bytes: `[H, W · bytesPerPixel]`.
  ///   - declaredWhite: the sample of 16 bits that the file declares to be white, if it does.
  ///   - orientation: how the picture was stored; `bytes` are upright already.
  /// - Precondition: the rows of `bytes` hold whole pixels.
  public init(
    format: PixelFormat, bytes: consuming Plane<UInt8>, declaredWhite: UInt16? = nil,
    orientation: StoredOrientation = .upright
  ) {
    precondition(
      bytes.width % format.bytesPerPixel == 0,
      "Image: rows of \(bytes.width) bytes do not hold whole pixels of \(format.bytesPerPixel) bytes")
    self.format = format
    self.bytes = bytes
    self.declaredWhite = declaredWhite
    self.orientation = orientation
  }

  /// An image over the caller's memory, without a copy.
  ///
  /// - Parameters:
  ///   - base: the first byte of the first row.
  ///   - rowBytes: distance between two rows, bytes; at least `width · bytesPerPixel`.
  /// - Warning: the memory must stay alive and unchanged for as long as this image lives.
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` if the numbers do not describe an image.
  public init(
    unsafelyBorrowing base: UnsafeRawPointer, format: PixelFormat, width: Int, height: Int, rowBytes: Int
  ) throws(StereoError) {
    let (needed, overflow) = width.multipliedReportingOverflow(by: format.bytesPerPixel)
    guard width > 0, height > 0, !overflow, rowBytes >= needed,
      !rowBytes.multipliedReportingOverflow(by: height).overflow
    else {
      throw .invalidImage(
        operation: "image in the caller's memory",
        expected: "positive width and height and rows of at least width × \(format.bytesPerPixel) bytes",
        found: "\(width)×\(height), rows of \(rowBytes) bytes")
    }
    self.format = format
    declaredWhite = nil
    orientation = .upright
    bytes = Plane(
      unsafelyBorrowing: base.assumingMemoryBound(to: UInt8.self), width: needed, height: height, rowStride: rowBytes)
  }

  /// Red, green and blue of the pixel at row `y`, column `x`, 0 … 255; gray has the three equal.
  ///
  /// - Precondition: samples have 8 bits. What 16 bits mean is a question about both images of a pair: it gives scaled ones,
  ///   ``RectifiedPair/leftColours``; a picture by itself has ``inEightBits()``.
  public func colour(y: Int, x: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let row = bytes.row(y)
    let at = x * format.bytesPerPixel
    switch format {
    case .gray8: return (row[at], row[at], row[at])
    case .rgb8, .rgba8: return (row[at], row[at + 1], row[at + 2])
    case .bgr8: return (row[at + 2], row[at + 1], row[at])
    case .gray16, .rgb16: preconditionFailure("Image.colour: \(format) is scaled to 8 bits first, with inEightBits()")
    }
  }

  /// The 16-bit sample whose two bytes begin at `at`.
  static func sample16(_ row: borrowing Span<UInt8>, _ at: Int) -> UInt16 {
    #if _endian(little)
      UInt16(row[at]) | UInt16(row[at + 1]) << 8
    #else
      UInt16(row[at]) << 8 | UInt16(row[at + 1])
    #endif
  }
}
