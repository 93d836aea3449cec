// The system's mathematics: StereoCore knows no Foundation.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A 3×3 matrix: rotations and camera matrices of rigs.
public struct Matrix3: Equatable, Sendable {
  /// Its rows.
  public var rows: (first: SIMD3<Double>, second: SIMD3<Double>, third: SIMD3<Double>)

  /// - Precondition: nine numbers, row by row.
  public init(_ values: [Double]) {
    precondition(values.count == 9, "Matrix3: \(values.count) numbers")
    rows = (
      SIMD3(values[0], values[1], values[2]), SIMD3(values[3], values[4], values[5]),
      SIMD3(values[6], values[7], values[8])
    )
  }

  init(rows first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) { rows = (first, second, third) }

  /// Ones on the diagonal.
  public static let identity = Matrix3([1, 0, 0, 0, 1, 0, 0, 0, 1])

  /// The rotation about `axisTimesAngle` by its length, radians (Rodrigues' formula).
  ///
  ///     R = cos θ · I + (1 − cos θ) · a aᵀ + sin θ · [a]×
  public init(rotation axisTimesAngle: SIMD3<Double>) {
    let angle = axisTimesAngle.length
    guard angle > 0 else {
      self = .identity
      return
    }
    let (a, c, s) = (axisTimesAngle / angle, cos(angle), sin(angle))
    let b = (1 - c) * a
    self.init([
      c + b.x * a.x, b.x * a.y - s * a.z, b.x * a.z + s * a.y, b.y * a.x + s * a.z, c + b.y * a.y,
      b.y * a.z - s * a.x, b.z * a.x - s * a.y, b.z * a.y + s * a.x, c + b.z * a.z,
    ])
  }

  /// Axis times angle of a rotation, radians; the inverse of ``init(rotation:)`` for angles below π.
  public var rotationVector: SIMD3<Double> {
    let twice = SIMD3(
      rows.third.y - rows.second.z, rows.first.z - rows.third.x, rows.second.x - rows.first.y)
    let (s, c) = (twice.length / 2, (rows.first.x + rows.second.y + rows.third.z - 1) / 2)
    return s > 0 ? twice * (atan2(s, c) / (2 * s)) : SIMD3(repeating: 0)
  }

  /// The nine numbers, row by row.
  public var values: [Double] {
    [rows.first, rows.second, rows.third].flatMap { [$0.x, $0.y, $0.z] }
  }

  /// Rows and columns exchanged: the inverse of a rotation.
  public var transposed: Matrix3 {
    Matrix3(
      rows: SIMD3(rows.first.x, rows.second.x, rows.third.x), SIMD3(rows.first.y, rows.second.y, rows.third.y),
      SIMD3(rows.first.z, rows.second.z, rows.third.z))
  }

  /// The determinant.
  public var determinant: Double { rows.first.dot(rows.second.cross(rows.third)) }

  /// The nearest rotation: R ← (R + R⁻ᵀ) / 2 until it stands still (Higham, *Computing the polar decomposition*, 1986).
  ///
  /// - Precondition: near a rotation, so that the determinant is not near 0.
  public var nearestRotation: Matrix3 {
    var r = self
    for _ in 0..<8 {
      // The rows of R⁻ᵀ are cross products of the rows of R.
      let d = r.determinant
      let (a, b, c) = r.rows
      r = Matrix3(rows: (a + b.cross(c) / d) / 2, (b + c.cross(a) / d) / 2, (c + a.cross(b) / d) / 2)
    }
    return r
  }

  /// The greatest difference of R Rᵀ from the identity.
  public var distanceFromRotation: Double {
    zip((self * transposed).values, Matrix3.identity.values).map { abs($0 - $1) }.max() ?? 0
  }

  /// The matrix product.
  public static func * (first: Matrix3, second: Matrix3) -> Matrix3 {
    let columns = second.transposed
    return Matrix3(rows: columns * first.rows.first, columns * first.rows.second, columns * first.rows.third)
  }

  /// The product with a column.
  public static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(matrix.rows.first.dot(vector), matrix.rows.second.dot(vector), matrix.rows.third.dot(vector))
  }

  /// True if all numbers are the same.
  public static func == (first: Matrix3, second: Matrix3) -> Bool { first.rows == second.rows }
}

extension SIMD3<Double> {
  /// The inner product.
  package func dot(_ other: SIMD3<Double>) -> Double { x * other.x + y * other.y + z * other.z }
  /// The vector product.
  package func cross(_ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }
  /// The Euclidean length.
  package var length: Double { dot(self).squareRoot() }
}
