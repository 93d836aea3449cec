public import Tensors

/// A picture: bytes on the pixel grid and how they are meant.
public struct Image: ~Copyable, Sendable {
  /// How the bytes of a pixel are meant.
  public let format: PixelFormat
  /// `[H, W · bytesPerPixel]` bytes.
  public let bytes: Plane<UInt8>

  /// Columns, pixels.
  public var width: Int { bytes.width / format.bytesPerPixel }
  /// Rows, pixels.
  public var height: Int { bytes.height }
  /// Width and height, pixels.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// An image of its own bytes.
  ///
  /// - Precondition: the rows of `bytes` hold whole pixels.
  public init(format: PixelFormat, bytes: consuming Plane<UInt8>) {
    precondition(
      bytes.width % format.bytesPerPixel == 0,
      "Image: rows of \(bytes.width) bytes do not hold whole pixels of \(format.bytesPerPixel) bytes")
    self.format = format
    self.bytes = bytes
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
    bytes = Plane(
      unsafelyBorrowing: base.assumingMemoryBound(to: UInt8.self), width: needed, height: height, rowStride: rowBytes)
  }

  /// Red, green and blue of the pixel at row `y`, column `x`, 0 … 255; gray has the three equal.
  public func colour(y: Int, x: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let row = bytes.row(y)
    let at = x * format.bytesPerPixel
    switch format {
    case .gray8: return (row[at], row[at], row[at])
    case .gray16:
      let high = Self.gray16(row, at).highByte
      return (high, high, high)
    case .rgb8, .rgba8: return (row[at], row[at + 1], row[at + 2])
    case .bgr8: return (row[at + 2], row[at + 1], row[at])
    }
  }

  /// The 16-bit sample whose two bytes begin at `at`.
  static func gray16(_ row: borrowing Span<UInt8>, _ at: Int) -> UInt16 {
    #if _endian(little)
      UInt16(row[at]) | UInt16(row[at + 1]) << 8
    #else
      UInt16(row[at]) << 8 | UInt16(row[at + 1])
    #endif
  }
}

extension UInt16 {
  /// The more significant byte.
  fileprivate var highByte: UInt8 { UInt8(self >> 8) }
}
