internal import CKernels
package import Tensors

/// Remapping as its definition has it, one sample after the other; what the kernel is held against.
package enum ReferenceRemapping {
  /// As ``Remapping/remap(_:by:channels:sampleBytes:_:into:in:)``, to the last bit.
  package static func remap(
    _ source: borrowing Plane<UInt8>, by table: borrowing RemapTable, channels: Int, sampleBytes: Int,
    _ interpolation: Remapping.Interpolation
  ) -> Plane<UInt8> {
    let samples = Samples(channels: channels, bytes: sampleBytes, width: table.sourceWidth, height: table.sourceHeight)
    var output = Plane<UInt8>(width: table.width * samples.pixel, height: table.height, repeating: 0)
    for y in 0..<table.height {
      for x in 0..<table.width {
        for c in 0..<channels {
          var sum: UInt64 = 0
          var isThere = true
          for j in 0..<table.fine {
            for i in 0..<table.fine {
              let place = Place(table.places[y * table.fine + j, x * table.fine + i])
              isThere = isThere && place.right != Int(SD_REMAP_NONE)
              guard isThere else { continue }
              sum +=
                interpolation == .bicubic
                ? samples.bicubic(source, place, c) : samples.bilinear(source, place, c)
            }
          }
          guard isThere else { continue }
          let isPlain =
            interpolation == .bilinear && table.fine == 1 && sampleBytes == 1 && (channels == 1 || channels == 3)
          let value =
            isPlain
            ? samples.betweenBytes(source, Place(table.places[y, x]), c)
            : (sum / UInt64(table.fine * table.fine) + 1 << 29) >> 30
          samples.put(value, &output, x: x, y: y, c)
        }
      }
    }
    return output
  }

  /// A place as the table keeps it.
  private struct Place {
    let x, y, right, below: Int
    init(_ packed: UInt64) {
      func part(_ shift: UInt64) -> Int { Int(packed >> shift & 0xFFFF) }
      (x, y, right, below) = (part(0), part(16), part(32), part(48))
    }
  }

  private struct Samples {
    let channels: Int
    let bytes: Int
    let width: Int
    let height: Int
    var pixel: Int { channels * bytes }
    private let one = Int(SD_REMAP_ONE)

    init(channels: Int, bytes: Int, width: Int, height: Int) {
      (self.channels, self.bytes, self.width, self.height) = (channels, bytes, width, height)
    }

    func at(_ source: borrowing Plane<UInt8>, _ x: Int, _ y: Int, _ c: Int) -> Int {
      let column = min(max(x, 0), width - 1) * pixel + c * bytes
      let row = min(max(y, 0), height - 1)
      if bytes == 1 { return Int(source[row, column]) }
      return Int(UInt16(littleEndian: UInt16(source[row, column]) | UInt16(source[row, column + 1]) << 8))
    }

    func put(_ value: UInt64, _ output: inout Plane<UInt8>, x: Int, y: Int, _ c: Int) {
      let column = x * pixel + c * bytes
      output[y, column] = UInt8(value & 255)
      if bytes == 2 { output[y, column + 1] = UInt8(value >> 8 & 255) }
    }

    /// Between four samples, 1/2³⁰ of a level.
    func bilinear(_ source: borrowing Plane<UInt8>, _ p: Place, _ c: Int) -> UInt64 {
      let upper = at(source, p.x, p.y, c) * (one - p.right) + at(source, p.x + 1, p.y, c) * p.right
      let lower = at(source, p.x, p.y + 1, c) * (one - p.right) + at(source, p.x + 1, p.y + 1, c) * p.right
      return UInt64(upper * (one - p.below) + lower * p.below)
    }

    /// The same for bytes, the shares across rounded to 1/256 of a level first.
    func betweenBytes(_ source: borrowing Plane<UInt8>, _ p: Place, _ c: Int) -> UInt64 {
      let upper = (at(source, p.x, p.y, c) * (one - p.right) + at(source, p.x + 1, p.y, c) * p.right + 64) >> 7
      let lower = (at(source, p.x, p.y + 1, c) * (one - p.right) + at(source, p.x + 1, p.y + 1, c) * p.right + 64) >> 7
      return UInt64((upper * (one - p.below) + lower * p.below + 1 << 22) >> 23)
    }

    /// Between sixteen samples by Keys' cubic, 1/2³⁰ of a level.
    func bicubic(_ source: borrowing Plane<UInt8>, _ p: Place, _ c: Int) -> UInt64 {
      let (across, down) = (weights(p.right), weights(p.below))
      var sum: Float = 0
      for j in 0..<4 {
        var line: Float = 0
        for i in 0..<4 { line += across[i] * Float(at(source, p.x + i - 1, p.y + j - 1, c)) }
        sum += down[j] * line
      }
      let greatest: Float = bytes == 1 ? 255 : 65535
      return UInt64(Double(min(max(sum, 0), greatest)) * Double(1 << 30))
    }

    private func weights(_ share: Int) -> [Float] {
      let a: Float = -0.75
      let t = Float(share) / Float(one)
      let (u, v) = (t + 1, 1 - t)
      let first = ((a * u - 5 * a) * u + 8 * a) * u - 4 * a
      let second = ((a + 2) * t - (a + 3)) * t * t + 1
      let third = ((a + 2) * v - (a + 3)) * v * v + 1
      return [first, second, third, 1 - first - second - third]
    }
  }
}
