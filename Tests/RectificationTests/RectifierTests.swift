import Kernels
import Rectification
import StereoCore
import Tensors
import Testing

@Suite struct RectifierTests {
  /// A scene of slopes: the value at a pixel is known everywhere.
  static func value(_ x: Double, _ y: Double) -> Double { 20 + 0.2 * x + 0.1 * y }

  static func raw() -> Image {
    let size = RectificationTests.size
    var bytes = Plane<UInt8>(width: size.width * 2, height: size.height, repeating: 0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let sample = UInt16((Self.value(Double(x), Double(y)) * 256).rounded())
        withUnsafeBytes(of: sample) { (bytes[y, 2 * x], bytes[y, 2 * x + 1]) = ($0[0], $0[1]) }
      }
    }
    return Image(format: .gray16, bytes: bytes)
  }

  static func sample(_ bytes: borrowing Plane<UInt8>, _ x: Int, _ y: Int) -> Double {
    Double(UInt16(bytes[y, 2 * x]) | UInt16(bytes[y, 2 * x + 1]) << 8) / 256
  }

  /// Every pixel has the raw image's value at its place; where that is outside, it is masked and 0.
  @Test(arguments: Rectifier.Interpolation.allCases, [0.0, 1.0])
  func pixelsComeFromTheirPlaces(interpolation: Rectifier.Interpolation, alpha: Double) throws {
    let lens = LensDistortion.polynomial(try PolynomialDistortion([-0.2, 0.05, 0.001, 0, 0]))
    let rectification = try Rectification(RectificationTests.rig(distortion: lens), alpha: alpha)
    let rectifier = try Rectifier(rectification, interpolation: interpolation)
    for side in RigSide.allCases {
      let image = try rectifier.rectify(Self.raw(), side)
      let mask = rectifier.mask(side)
      var maskedCount = 0
      for y in stride(from: 0, to: 480, by: 7) {
        for x in stride(from: 0, to: 640, by: 7) {
          let place = rectification.source(of: SIMD2(Double(x), Double(y)), in: side)
          let isInside = place.map { (0...639).contains($0.x) && (0...479).contains($0.y) } ?? false
          if mask[y, x] == 0 {
            maskedCount += 1
            #expect(!isInside && Self.sample(image.bytes, x, y) == 0)
          } else if let place {
            // Bicubic sums know the edge only.
            let isNearEdge = min(place.x, place.y, 639 - place.x, 479 - place.y) < 2
            let tolerance = interpolation == .bicubic && isNearEdge ? 0.3 : 0.02
            #expect(abs(Self.sample(image.bytes, x, y) - Self.value(place.x, place.y)) < tolerance, "(\(x), \(y))")
          }
        }
      }
      if alpha == 1 { #expect(maskedCount > 100) } else { #expect(maskedCount < 60) }
    }
  }

  /// A rectified image of a quarter of the size is the mean of what its pixels cover, not every fourth pixel.
  @Test func smallImagesAreMeans() throws {
    var bytes = Plane<UInt8>(width: 640, height: 480, repeating: 0)
    // Columns of 0 and 200 in turn: the mean is 100.
    for y in 0..<480 { for x in stride(from: 0, to: 640, by: 2) { bytes[y, x] = 200 } }
    let rig = try RectificationTests.rig(turn: SIMD3(0, 0, 0))
    let small = try Rectification(rig, size: PixelSize(width: 160, height: 120))
    let image = try Rectifier(small).rectify(Image(format: .gray8, bytes: bytes), .left)
    for y in stride(from: 10, to: 110, by: 9) {
      for x in stride(from: 10, to: 150, by: 9) { #expect(abs(Int(image.bytes[y, x]) - 100) <= 26, "(\(x), \(y))") }
    }
  }

  @Test func otherSizesAreRefused() throws {
    let rectifier = try Rectifier(Rectification(RectificationTests.rig()))
    let image = Image(format: .gray8, bytes: Plane(width: 64, height: 48, repeating: 0))
    do {
      _ = try rectifier.rectify(image, .left)
      Issue.record("an image of 64×48 was taken")
    } catch { #expect("\(error)".contains("640×480") && "\(error)".contains("64×48")) }
  }
}
