public import Kernels
public import StereoCore
import Tensors

/// Fills every hole with the background, as the KITTI development kit does before it evaluates.
///
///     1. in every row, a gap between two disparities gets the lesser of them;
///     2. the row is extended to both sides with its nearest disparity;
///     3. every column is extended up and down with its nearest disparity.
///
/// A gap that touches the border of the image is filled by rules 2 and 3 only; a row without any disparity
/// between others stays as it is, and so does a map without any. Filled pixels are marked
/// ``StereoCore/Validity/filled``.
///
/// Source: KITTI stereo development kit, io_disp.h (`interpolateBackground`).
public struct BackgroundFill: DisparityRefinement {
  /// Rows and columns as far as they go.
  public var margins: Margins { .global }

  /// A step without parameters.
  public init() {}

  /// The dense map.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let source = map.disparities.copy()
    context.rows(of: &map.disparities) { _, row in Self.fillRow(&row) }
    let known = (0..<map.height).filter { y in map.width > 0 && !map.disparities[y, 0].isNaN }
    // After rule 2 a row is full or has nothing: rule 3 copies whole rows.
    if let first = known.first, let last = known.last {
      for x in 0..<map.width {
        for y in 0..<first { map.disparities[y, x] = map.disparities[first, x] }
        for y in last..<map.height { map.disparities[y, x] = map.disparities[last, x] }
      }
    }
    map.markFilled(since: source, in: context)
    return map
  }

  /// Rules 1 and 2.
  private static func fillRow(_ row: inout MutableSpan<Float>) {
    var previous = -1
    for x in row.indices where !row[x].isNaN {
      let background = previous < 0 ? row[x] : min(row[previous], row[x])
      for gap in (previous + 1)..<x { row[gap] = background }
      previous = x
    }
    guard previous >= 0 else { return }
    for x in (previous + 1)..<row.count { row[x] = row[previous] }
  }
}

extension BackgroundFill {
  /// How filling is chosen by name: by this rule, or by MC-CNN's two, which need to know occlusions from mismatches.
  static let step = StepDescription<any DisparityRefinement>(
    "fill", "closes what has no disparity",
    [
      MethodParameter(
        "filling",
        "background: the lesser disparity of the row; interpolation: occlusions from their background side, the "
          + "rest by the median of 16 directions", .choice(["background", "interpolation"]), default: "background")
    ], fills: true
  ) { (values) throws(StereoError) in
    if values.word("filling") == "background" { return [BackgroundFill()] }
    guard values.words("refinement").contains("left-right-check") else {
      throw .invalidOption(
        name: "filling", expected: "left-right-check in the refinement, which tells occlusions from mismatches",
        found: "interpolation without it")
    }
    return [InterpolateOcclusions(), InterpolateMismatches()]
  }
}
