#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a lens does to a ray: points (x, y) of the plane at distance 1 before it to points of the plane on which focal
/// length and principal point make pixels.
public enum LensDistortion: Equatable, Sendable {
  /// A pinhole.
  case none
  /// Brown–Conrady and its rational extension.
  case polynomial(PolynomialDistortion)
  /// Kannala–Brandt (fisheye, equidistant): with θ = atan r, the radius becomes θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸).
  ///
  /// Source: Kannala and Brandt, PAMI 2006, as OpenCV's `fisheye` has it.
  case kannalaBrandt(SIMD4<Double>)
  /// Field of view w: the radius becomes atan(2 r tan(w / 2)) / w. Source: Devernay and Faugeras, MVA 2001.
  case fieldOfView(Double)

  /// Its name in the field.
  public var name: String {
    switch self {
    case .none: "none"
    case .polynomial(let polynomial): polynomial.isRational ? "rational" : "Brown–Conrady"
    case .kannalaBrandt: "Kannala–Brandt"
    case .fieldOfView: "FOV"
    }
  }

  /// Its coefficients in the order in which files have them.
  public var coefficients: [Double] {
    switch self {
    case .none: []
    case .polynomial(let polynomial): polynomial.coefficients
    case .kannalaBrandt(let k): [k.x, k.y, k.z, k.w]
    case .fieldOfView(let w): [w]
    }
  }

  /// Where the lens puts a point of the plane at distance 1.
  public func distorted(_ point: SIMD2<Double>) -> SIMD2<Double> {
    if case .polynomial(let polynomial) = self { return polynomial.distorted(point) }
    let radius = point.radius
    return radius > 1e-8 ? point * (radial(radius) / radius) : point * radialSlopeAtCentre
  }

  /// The point of the plane at distance 1 that the lens puts at `point`; `nil` where there is none or it cannot be found.
  public func undistorted(_ point: SIMD2<Double>) -> SIMD2<Double>? {
    switch self {
    case .none: return point
    case .polynomial(let polynomial):
      let found = polynomial.undistorted(point, iterations: 50)
      let error = polynomial.distorted(found) - point
      return error.radius < 1e-9 * max(1, point.radius) ? found : nil
    case .kannalaBrandt(let k):
      let radius = point.radius
      guard radius > 1e-8 else { return point }
      guard let angle = Self.angle(radius, k), angle < .pi / 2 else { return nil }
      return point * (tan(angle) / radius)
    case .fieldOfView(let w):
      let radius = point.radius
      guard radius > 1e-8 else { return point / radialSlopeAtCentre }
      guard radius * w < .pi / 2 else { return nil }
      return point * (tan(radius * w) / (2 * tan(w / 2)) / radius)
    }
  }

  /// The radius after distortion of a radius before, without tangential and prism terms.
  func radial(_ radius: Double) -> Double {
    switch self {
    case .none: radius
    case .polynomial(let polynomial): radius * polynomial.factor(radius * radius)
    case .kannalaBrandt(let k): Self.polynomial(atan(radius), k)
    case .fieldOfView(let w): atan(2 * radius * tan(w / 2)) / w
    }
  }

  private var radialSlopeAtCentre: Double {
    if case .fieldOfView(let w) = self { 2 * tan(w / 2) / w } else { 1 }
  }

  private static func polynomial(_ angle: Double, _ k: SIMD4<Double>) -> Double {
    let t = angle * angle
    return angle * (1 + t * (k.x + t * (k.y + t * (k.z + t * k.w))))
  }

  /// Newton's method from θ = radius.
  private static func angle(_ radius: Double, _ k: SIMD4<Double>) -> Double? {
    var angle = min(radius, .pi / 2)
    for _ in 0..<20 {
      let t = angle * angle
      let slope = 1 + t * (3 * k.x + t * (5 * k.y + t * (7 * k.z + t * 9 * k.w)))
      let step = (polynomial(angle, k) - radius) / slope
      angle -= step
      if abs(step) < 1e-13 { return angle > 0 ? angle : nil }
    }
    return nil
  }

  /// The angle from the axis, radians, at which the image of a lens folds back on itself before it reaches the radius
  /// `reach` (of the plane on which focal length and principal point make pixels); `nil` if it does not.
  ///
  /// Beyond that angle the model means nothing, and pixels there would be taken from wrong places.
  public func foldingAngle(within reach: Double) -> Double? {
    var last = 0.0
    // Half a thousandth of the way to 89.9°, in steps of equal angle.
    for step in 1...2000 {
      let angle = Double(step) / 2000 * 89.9 * .pi / 180
      let radius = radial(tan(angle))
      if !(radius > last) { return angle }
      if radius >= reach { return nil }
      last = radius
    }
    // A lens that sees more than half a sphere does not fold there; a plane cannot show it.
    if case .kannalaBrandt = self { return nil }
    return 89.9 * .pi / 180
  }
}

extension SIMD2<Double> {
  /// Distance from the origin.
  package var radius: Double { (x * x + y * y).squareRoot() }
}

extension LensDistortion {
  /// The radius before distortion up to which a greater one is also greater after it; infinity where that is so for all.
  ///
  /// Beyond it a ray would be mapped back into the image, where other rays are.
  package var greatestRadius: Double {
    if case .kannalaBrandt = self, foldingAngle(within: .infinity) == nil { return .infinity }
    return foldingAngle(within: .infinity).map { $0 >= 89.9 * .pi / 180 ? .infinity : tan($0) } ?? .infinity
  }
}
