public import Tensors

/// Distance along the optical axis for every pixel of the left image: `[H, W]`, metres, NaN where there is none.
public struct DepthMap: ~Copyable, Sendable {
  /// `[H, W]`, metres; NaN: none.
  public var depths: Plane<Float>

  /// - Parameter depths: `[H, W]`, metres; NaN: none.
  public init(depths: consuming Plane<Float>) { self.depths = depths }

  /// The depths of a disparity map: Z = f · B / (d + doffs).
  ///
  /// Pixels without disparity, and those with d + doffs ≤ 0, have no depth.
  public init(of map: borrowing DisparityMap, with calibration: StereoCalibration) {
    var depths = Plane<Float>(width: map.width, height: map.height, repeating: .nan)
    for y in 0..<map.height {
      let disparities = map.disparities.row(y)
      var row = depths.mutableRow(y)
      for x in row.indices { row[x] = calibration.depth(ofDisparity: disparities[x]) }
    }
    self.init(depths: depths)
  }

  /// Columns, pixels.
  public var width: Int { depths.width }
  /// Rows, pixels.
  public var height: Int { depths.height }
}
