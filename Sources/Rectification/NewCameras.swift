import StereoCore

/// The focal length and the principal points of the rectified cameras.
struct NewCameras {
  var focalLength: Double
  var left: SIMD2<Double>
  var right: SIMD2<Double>
}

/// What decides about the rectified cameras.
struct NewCameraRequest {
  let rig: Rig
  let rotations: (left: Matrix3, right: Matrix3)
  /// Size of the rectified images.
  let size: PixelSize
  /// 0: only valid pixels; 1: all source pixels.
  let alpha: Double
  /// Whether both have one principal point.
  let isEqual: Bool

  /// Both cameras with their rotations.
  var sides: [(camera: RigCamera, rotation: Matrix3)] { [(rig.left, rotations.left), (rig.right, rotations.right)] }
}

// MARK: - Ordinary lenses
extension NewCameraRequest {
  /// As OpenCV's `stereoRectify`: first the mean focal length and the centres that keep the corners' mean in the middle,
  /// then the scale at which the inner rectangle fills the image (alpha 0) or the outer one fits into it (alpha 1).
  func ordinary() throws(StereoError) -> NewCameras {
    let raw = rig.left.size
    let ratio = SIMD2(Double(size.width) / Double(raw.width), Double(size.height) / Double(raw.height))
    let f = (rig.left.focalLength.y + rig.right.focalLength.y) * ratio.y / 2
    let middle = SIMD2(Double(raw.width - 1), Double(raw.height - 1)) / 2
    var centres: [SIMD2<Double>] = []
    for (camera, rotation) in sides {
      let corners = try grid(of: camera, count: 2).map { (pixel) throws(StereoError) in
        try rectified(pixel, camera, rotation) * f
      }
      centres.append(middle - corners.reduce(SIMD2(0, 0), +) / 4)
    }
    align(&centres)
    var (inner, outer) = (0.0, Double.infinity)
    for ((camera, rotation), centre) in zip(sides, centres) {
      let bounds = try bounds(camera, rotation, f)
      inner = max(inner, scale(bounds.inner, centre, ratio, max))
      outer = min(outer, scale(bounds.outer, centre, ratio, min))
    }
    return NewCameras(
      focalLength: f * (inner * (1 - alpha) + outer * alpha), left: centres[0] * ratio, right: centres[1] * ratio)
  }

  /// Principal points become one, or their rows.
  private func align(_ centres: inout [SIMD2<Double>]) {
    let mean = (centres[0] + centres[1]) / 2
    for side in 0..<2 { centres[side] = isEqual ? mean : SIMD2(centres[side].x, mean.y) }
  }

  /// `count` × `count` pixels from corner to corner, row by row.
  private func grid(of camera: RigCamera, count: Int) -> [SIMD2<Double>] {
    let step = SIMD2(Double(camera.size.width - 1), Double(camera.size.height - 1)) / Double(count - 1)
    return (0..<count * count).map { SIMD2(Double($0 % count), Double($0 / count)) * step }
  }

  /// Where a raw pixel is seen in the rectified frame, in focal lengths from the principal point.
  ///
  /// `stereoRectify` looks for it in five steps; more would give other numbers than everybody has.
  private func rectified(
    _ pixel: SIMD2<Double>, _ camera: RigCamera, _ rotation: Matrix3
  ) throws(StereoError) -> SIMD2<Double> {
    let point = camera.normalised(pixel)
    let plain: SIMD2<Double>? =
      if case .polynomial(let polynomial) = camera.distortion {
        polynomial.undistorted(point, iterations: 5)
      } else {
        camera.distortion.undistorted(point)
      }
    guard let plain else { throw Self.tooWide }
    let ray = rotation * SIMD3(plain.x, plain.y, 1)
    guard ray.z > 0 else { throw Self.tooWide }
    return SIMD2(ray.x, ray.y) / ray.z
  }

  static var tooWide: StereoError {
    .invalidCalibration(
      reason: "expected cameras that see less than half a sphere, found pixels beyond 90° from the axis")
  }

  /// Left, top, right and bottom bounds, pixels from the principal point.
  private struct Bounds {
    var least: SIMD2<Double>
    var greatest: SIMD2<Double>
  }

  /// The greatest rectangle within the raw image and the least one around it, as nine by nine pixels tell it.
  private func bounds(
    _ camera: RigCamera, _ rotation: Matrix3, _ f: Double
  ) throws(StereoError) -> (inner: Bounds, outer: Bounds) {
    let count = 9
    let points = try grid(of: camera, count: count).map { (pixel) throws(StereoError) in
      try rectified(pixel, camera, rotation) * f
    }
    let (left, right) = (
      stride(from: 0, to: 81, by: 9).map { points[$0].x }, stride(from: 8, to: 81, by: 9).map { points[$0].x }
    )
    let (top, bottom) = (points[..<count].map(\.y), points[(81 - count)...].map(\.y))
    let (x, y) = (points.map(\.x), points.map(\.y))
    func least(_ values: [Double]) -> Double { values.min() ?? .nan }
    func greatest(_ values: [Double]) -> Double { values.max() ?? .nan }
    return (
      Bounds(least: SIMD2(greatest(left), greatest(top)), greatest: SIMD2(least(right), least(bottom))),
      Bounds(least: SIMD2(least(x), least(y)), greatest: SIMD2(greatest(x), greatest(y)))
    )
  }

  /// The scale at which bounds reach the edges of the new image, the one that `choose` prefers of the four edges.
  private func scale(
    _ bounds: Bounds, _ centre: SIMD2<Double>, _ ratio: SIMD2<Double>, _ choose: (Double, Double) -> Double
  ) -> Double {
    let new = centre * ratio
    let rest = SIMD2(Double(size.width - 1), Double(size.height - 1)) - new
    let before = new / (SIMD2(0, 0) - bounds.least)
    let after = rest / bounds.greatest
    return choose(choose(before.x, before.y), choose(after.x, after.y))
  }
}

// MARK: - Fisheye lenses
extension NewCameraRequest {
  /// As OpenCV's `fisheye.stereoRectify`: the middles of the four edges, seen in the rectified frame, decide.
  func fisheye() throws(StereoError) -> NewCameras {
    var focalLength = Double.infinity
    var centres: [SIMD2<Double>] = []
    for (camera, rotation) in sides {
      let (f, c) = try fisheye(camera, rotation)
      focalLength = min(focalLength, f)
      centres.append(c)
    }
    align(&centres)
    return NewCameras(focalLength: focalLength, left: centres[0], right: centres[1])
  }

  /// Focal length along a column and principal point for one camera.
  private func fisheye(
    _ camera: RigCamera, _ rotation: Matrix3
  ) throws(StereoError) -> (focalLength: Double, centre: SIMD2<Double>) {
    let (width, height) = (camera.size.width, camera.size.height)
    let middles = [(width / 2, 0), (width, height / 2), (width / 2, height), (0, height / 2)]
    let aspect = camera.focalLength.x / camera.focalLength.y
    let points = try middles.map { (middle) throws(StereoError) in
      try rectified(SIMD2(Double(middle.0), Double(middle.1)), camera, rotation) * SIMD2(1, aspect)
    }
    let centre = points.reduce(SIMD2(0, 0), +) / 4
    let half = SIMD2(Double(width), Double(height) * aspect) / 2
    let (x, y) = (points.map(\.x), points.map(\.y))
    let lengths = [
      half.x / (centre.x - (x.min() ?? 0)), half.x / ((x.max() ?? 0) - centre.x),
      half.y / (centre.y - (y.min() ?? 0)), half.y / ((y.max() ?? 0) - centre.y),
    ]
    let f = alpha * (lengths.min() ?? 0) + (1 - alpha) * (lengths.max() ?? 0)
    let ratio = SIMD2(Double(size.width) / Double(width), Double(size.height) / Double(height))
    let place = (half - centre * f) / SIMD2(1, aspect)
    return (f / aspect * ratio.y, place * ratio)
  }
}
