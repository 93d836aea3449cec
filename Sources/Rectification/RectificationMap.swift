public import StereoCore
public import Tensors

/// For every pixel of a rectified image the place in the raw image that it shows.
public struct RectificationMap: ~Copyable, Sendable {
  /// Columns of the raw image, `[H, W]`, pixels; NaN where the raw camera sees nothing.
  public let x: Plane<Float>
  /// Rows of the raw image, `[H, W]`, pixels; NaN where the raw camera sees nothing.
  public let y: Plane<Float>
  /// Size of the raw images.
  public let sourceSize: PixelSize

  /// The map of one camera, as OpenCV's `initUndistortRectifyMap`.
  public init(_ rectification: Rectification, _ side: RigSide) {
    let rays = RayMap(rectification, side)
    let size = rectification.size
    var x = Plane<Float>(uninitializedWidth: size.width, height: size.height)
    var y = Plane<Float>(uninitializedWidth: size.width, height: size.height)
    for row in 0..<size.height {
      var columns = x.mutableRow(row)
      var rows = y.mutableRow(row)
      for column in columns.indices {
        let place = rays.source(of: SIMD2(Double(column), Double(row)))
        columns[column] = place.map { Float($0.x) } ?? .nan
        rows[column] = place.map { Float($0.y) } ?? .nan
      }
    }
    self.x = x
    self.y = y
    sourceSize = rectification.rig.left.size
  }
}
