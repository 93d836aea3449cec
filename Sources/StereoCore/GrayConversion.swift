import Tensors

extension Image {
  /// Writes the image's intensities, 0 … 255, into `gray`, which has its size.
  ///
  /// Colour becomes luma by ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in fixed point with 14 bits as OpenCV and libpng
  /// compute it.
  ///
  /// - Precondition: samples have 8 bits.
  func writeGray(into gray: inout Plane<UInt8>) {
    for y in 0..<height {
      let source = bytes.row(y)
      var target = gray.mutableRow(y)
      switch format {
      case .gray8:
        for x in target.indices { target[x] = source[x] }
      case .gray16, .rgb16: preconditionFailure("writeGray: \(format) is scaled to 8 bits first")
      case .rgb8: Self.luma(source, into: &target, step: 3, red: 0, blue: 2)
      case .bgr8: Self.luma(source, into: &target, step: 3, red: 2, blue: 0)
      case .rgba8: Self.luma(source, into: &target, step: 4, red: 0, blue: 2)
      }
    }
  }

  private static func luma(
    _ source: borrowing Span<UInt8>, into target: inout MutableSpan<UInt8>, step: Int, red: Int, blue: Int
  ) {
    for x in target.indices {
      let at = x * step
      // 0.299, 0.587, 0.114 times 2¹⁴; they add up to 2¹⁴, so that gray stays gray.
      let sum =
        4899 * UInt32(source[at + red]) + 9617 * UInt32(source[at + 1]) + 1868 * UInt32(source[at + blue])
      target[x] = UInt8((sum + 8192) >> 14)
    }
  }
}
