public import Tensors

/// What KITTI's tools do with pixels that an estimate leaves empty, so that sparse and dense methods meet in one table.
///
/// Goals: the official numbers to the last pixel; then speed.
///
///   1. In every row, a gap between two disparities becomes the lesser of them (the background).
///   2. The first and last disparity of a row extend to its ends.
///   3. In every column, the first and last disparity extend to the top and the bottom.
///
/// A row without any disparity that lies between rows with disparities is reached by none of the three and stays empty.
/// The tools write an empty pixel as −1 and compare that −1 with the truth; so do we.
///
/// Source: `DisparityImage::interpolateBackground` of the KITTI 2012 and 2015 development kits.
public enum BackgroundInterpolation {
  /// How an empty pixel is written: −1, as KITTI's tools do. A disparity is valid if it is 0 or more.
  public static let none: Float = -1

  /// True if KITTI's tools take `disparity` for a disparity: finite and not negative.
  @inline(__always)
  public static func isValid(_ disparity: Float) -> Bool { disparity >= 0 && disparity < .infinity }

  /// The estimate with its gaps filled.
  ///
  /// - Parameter estimate: `[H, W]` disparities, pixels; NaN, infinity or negative: none.
  /// - Returns: `[H, W]` disparities, pixels; −1 where nothing reaches.
  public static func filled(_ estimate: borrowing Plane<Float>) -> Plane<Float> {
    var result = estimate.copy()
    // A row that has any disparity has one in every column after step 2: all columns share their first and last row.
    var first = -1
    var last = -1
    for y in 0..<result.height {
      var row = result.mutableRow(y)
      guard fillRow(&row) else { continue }
      if first < 0 { first = y }
      last = y
    }
    guard first >= 0 else { return result }
    for x in 0..<result.width {
      let (top, bottom) = (result[first, x], result[last, x])
      for y in 0..<first { result[y, x] = top }
      for y in (last + 1)..<result.height { result[y, x] = bottom }
    }
    return result
  }

  /// Steps 1 and 2 on one row; returns whether the row has any disparity.
  private static func fillRow(_ row: inout MutableSpan<Float>) -> Bool {
    var last = -1
    for x in row.indices {
      guard isValid(row[x]) else { continue }
      if last < x - 1 {
        let background = last >= 0 ? min(row[last], row[x]) : row[x]
        for gap in (last + 1)..<x { row[gap] = background }
      }
      last = x
    }
    for x in (last + 1)..<row.count { row[x] = last >= 0 ? row[last] : none }
    return last >= 0
  }
}
