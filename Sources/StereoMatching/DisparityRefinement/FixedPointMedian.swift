import Kernels
import StereoCore
import Tensors

extension MedianFilter {
  /// The median of 5 × 5 pixels, in place, of disparities that are counted in 16 bits: as fine as these allow for the map's range, a
  /// power of two, at most 1/256 pixel.
  ///
  /// Missing neighbours, those beyond the border too, count as the centre (``Kernels/FixedPointDisparities``).
  static func filterInFixedPoint(_ map: inout DisparityMap, in context: ComputeContext) {
    let (width, height) = (map.width, map.height)
    guard width > 0, height > 0 else { return }
    var counted = Plane<UInt16>(width: width, height: height, repeating: noSixteenths)
    var median = counted.copy()
    // A sub-pixel correction moves a disparity by at most half a plane.
    var scale: Float = 1
    while scale < 256, scale * 2 * Float(map.range.count + 1) < Float(noSixteenths) { scale *= 2 }
    let lower = Float(map.range.lowerBound) - 1
    let source = map.disparities.copy()
    let fine = scale
    context.rows(of: &counted) { y, row in
      let values = source.row(y)
      for x in row.indices where !values[x].isNaN { row[x] = UInt16(max(0, ((values[x] - lower) * fine).rounded())) }
    }
    FixedPointDisparities.median5(counted, into: &median, in: context)
    let filtered = median.copy()
    context.rows(of: &map.disparities) { y, row in
      let values = filtered.row(y)
      for x in row.indices where values[x] != noSixteenths { row[x] = Float(values[x]) / fine + lower }
    }
  }
}
