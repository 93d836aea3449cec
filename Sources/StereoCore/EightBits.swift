import Tensors

extension Image {
  /// Makes the 8 bits of this image, in memory that is kept from frame to frame. What it makes may borrow this image's bytes.
  ///
  /// - Parameters:
  ///   - scale: how samples of 16 bits become 8.
  ///   - gray: `[H, W]`, 0 … 255; the image's own bytes where it is gray of 8 bits.
  ///   - colours: the image with 8 bits a sample; its own bytes, those of `gray` or those of `samples`.
  ///   - samples: memory of scaled colours.
  func makeEightBits(
    scale: IntensityScale, gray: inout Plane<UInt8>, colours: inout Image, samples: inout Plane<UInt8>
  ) {
    switch format {
    case .gray8:
      gray = bytes.view()
      colours = Image(format: .gray8, bytes: bytes.view())
    case .gray16:
      gray.resize(width: width, height: height)
      writeEightBits(into: &gray, scale: scale)
      colours = Image(format: .gray8, bytes: gray.view())
    case .rgb16:
      samples.resize(width: width * 3, height: height)
      writeEightBits(into: &samples, scale: scale)
      colours = Image(format: .rgb8, bytes: samples.view())
      gray.resize(width: width, height: height)
      colours.writeGray(into: &gray)
    case .rgb8, .bgr8, .rgba8:
      colours = Image(format: format, bytes: bytes.view())
      gray.resize(width: width, height: height)
      writeGray(into: &gray)
    }
  }

  /// A copy of this picture with 8 bits a sample, scaled by itself as ``RectifiedPair`` scales both its images.
  ///
  /// For pictures that are shown; two images that are compared need one scale, which their pair has.
  public func inEightBits() -> Image {
    guard format.isWide else {
      return Image(format: format, bytes: bytes.copy(), orientation: orientation)
    }
    var histogram = IntensityHistogram()
    histogram.clear()
    histogram.count(self, mask: nil)
    let isColour = format.isColour
    var scaled = Plane<UInt8>(uninitializedWidth: width * (isColour ? 3 : 1), height: height)
    writeEightBits(into: &scaled, scale: histogram.scale(declaredWhite: declaredWhite))
    return Image(format: isColour ? .rgb8 : .gray8, bytes: scaled, orientation: orientation)
  }

  /// Scales all samples, which have 16 bits, into `target`, `[H, W · channels]`.
  fileprivate func writeEightBits(into target: inout Plane<UInt8>, scale: IntensityScale) {
    for y in 0..<height {
      let source = bytes.row(y)
      var row = target.mutableRow(y)
      // What most files have is told apart outside of the loop over the samples.
      if case .significantBits(let bits, _) = scale {
        let (white, shift) = (UInt32(1) << UInt32(bits) - 1, UInt32(bits - 8))
        for at in row.indices {
          row[at] = UInt8(truncatingIfNeeded: min(UInt32(Image.sample16(source, 2 * at)), white) >> shift)
        }
      } else {
        for at in row.indices { row[at] = scale(Image.sample16(source, 2 * at)) }
      }
    }
  }
}

extension Plane where Element == UInt8 {
  /// The same memory, without owning it.
  fileprivate func view() -> Plane<UInt8> {
    Plane(unsafelyBorrowing: storage, width: width, height: height, rowStride: rowStride)
  }
}
