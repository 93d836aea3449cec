#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Brown–Conrady distortion, its rational extension, thin prism and tilted sensor, as OpenCV defines them:
///
///     x″ = x · q + 2 p1 x y + p2 (r² + 2 x²) + s1 r² + s2 r⁴      q = (1 + k1 r² + k2 r⁴ + k3 r⁶) / (1 + k4 r² + k5 r⁴ + k6 r⁶)
///     y″ = y · q + p1 (r² + 2 y²) + 2 p2 x y + s3 r² + s4 r⁴
///
/// then the projection onto a sensor that is turned by τx and τy. Source: Brown, 1966; OpenCV, *Camera calibration and 3-D
/// reconstruction*.
public struct PolynomialDistortion: Equatable, Sendable {
  /// k1 k2 p1 p2 k3 k4 k5 k6 s1 s2 s3 s4 τx τy, as many as were given.
  public let coefficients: [Double]
  private let k: (Double, Double, Double, Double, Double, Double)
  private let p: SIMD2<Double>
  private let s: SIMD4<Double>
  /// The projection onto the tilted sensor and back.
  private let tilt: (there: Matrix3, back: Matrix3)?

  /// - Parameter coefficients: 4, 5, 8, 12 or 14 of them in OpenCV's order.
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` for other counts and numbers that are not finite.
  public init(_ coefficients: [Double]) throws(StereoError) {
    guard [4, 5, 8, 12, 14].contains(coefficients.count), coefficients.allSatisfy(\.isFinite) else {
      throw .invalidCalibration(
        reason: "expected 4, 5, 8, 12 or 14 finite distortion coefficients, found \(coefficients.count)")
    }
    self.coefficients = coefficients
    let c = coefficients + [Double](repeating: 0, count: 14 - coefficients.count)
    k = (c[0], c[1], c[4], c[5], c[6], c[7])
    p = SIMD2(c[2], c[3])
    s = SIMD4(c[8], c[9], c[10], c[11])
    tilt = c[12] == 0 && c[13] == 0 ? nil : Self.tilt(c[12], c[13])
  }

  /// True if one of k4, k5, k6, prism or tilt is not 0.
  public var isRational: Bool { coefficients.dropFirst(5).contains { $0 != 0 } }

  /// The radial factor q of r².
  func factor(_ r2: Double) -> Double {
    (1 + r2 * (k.0 + r2 * (k.1 + r2 * k.2))) / (1 + r2 * (k.3 + r2 * (k.4 + r2 * k.5)))
  }

  /// The tangential and prism terms.
  private func shift(_ point: SIMD2<Double>, _ r2: Double) -> SIMD2<Double> {
    let (x, y) = (point.x, point.y)
    return SIMD2(
      2 * p.x * x * y + p.y * (r2 + 2 * x * x) + r2 * (s.x + r2 * s.y),
      p.x * (r2 + 2 * y * y) + 2 * p.y * x * y + r2 * (s.z + r2 * s.w))
  }

  /// Where the lens puts a point.
  func distorted(_ point: SIMD2<Double>) -> SIMD2<Double> {
    let r2 = point.x * point.x + point.y * point.y
    let lens = point * factor(r2) + shift(point, r2)
    return tilt.map { Self.project(lens, $0.there) } ?? lens
  }

  /// The point that the lens puts at `point`, by x ← (x₀ − shift(x)) / q(x), as often as said.
  ///
  /// OpenCV's `undistortPoints` does five such steps; what depends on it must do as many.
  package func undistorted(_ point: SIMD2<Double>, iterations: Int) -> SIMD2<Double> {
    let start = tilt.map { Self.project(point, $0.back) } ?? point
    var found = start
    for _ in 0..<iterations {
      let r2 = found.x * found.x + found.y * found.y
      let q = factor(r2)
      guard q > 0 else { return start }
      found = (start - shift(found, r2)) / q
    }
    return found
  }

  private static func project(_ point: SIMD2<Double>, _ matrix: Matrix3) -> SIMD2<Double> {
    let v = matrix * SIMD3(point.x, point.y, 1)
    return v.z == 0 ? SIMD2(v.x, v.y) : SIMD2(v.x, v.y) / v.z
  }

  private static func tilt(_ x: Double, _ y: Double) -> (there: Matrix3, back: Matrix3) {
    let aboutX = Matrix3([1, 0, 0, 0, cos(x), sin(x), 0, -sin(x), cos(x)])
    let aboutY = Matrix3([cos(y), 0, -sin(y), 0, 1, 0, sin(y), 0, cos(y)])
    let turn = aboutY * aboutX
    let (a, b, c) = (turn.rows.third.z, turn.rows.first.z, turn.rows.second.z)
    let onto = Matrix3([a, 0, -b, 0, a, -c, 0, 0, 1])
    let from = Matrix3([1 / a, 0, b / a, 0, 1 / a, c / a, 0, 0, 1])
    return (onto * turn, turn.transposed * from)
  }

  /// True if the coefficients are the same.
  public static func == (first: PolynomialDistortion, second: PolynomialDistortion) -> Bool {
    first.coefficients == second.coefficients
  }
}
