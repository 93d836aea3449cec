internal import CKernels

/// The correlation of two feature maps: how well each left pixel goes with the right pixels of a grid around it.
///
///     out(y, x)[i · columns + j] = f(1/C · Σ_c left(y, x)_c · right(y + firstY + i · step, x + firstX + j · step)_c)
///
/// zero outside the image, f(v) = v if v > 0, else slope · v.
/// Sources: Dosovitskiy et al., FlowNet, ICCV 2015, eq. 1 with patches of one pixel; Mayer et al., CVPR 2016 (one row).
package struct Correlation: Equatable, Sendable {
  /// Extents of the grid.
  package let rows, columns: Int
  /// Displacement of its first row and column, and between neighbours, pixels of the maps.
  package let firstY, firstX, step: Int

  /// The grid of FlowNet: displacements −radius · step … radius · step along both axes.
  package static func square(radius: Int, step: Int) -> Correlation {
    Correlation(
      rows: 2 * radius + 1, columns: 2 * radius + 1, firstY: -radius * step, firstX: -radius * step, step: step)
  }

  /// The row of DispNet, by the words of the published layer.
  ///
  /// - Parameters:
  ///   - maximum: greatest displacement m, pixels of the maps.
  ///   - direction: 0 for −m … m; −1 for −(m + 1) … −1 (the layer's grid of m + 1 columns begins that far left and does not
  ///     hold 0); 1 for 0 … m.
  package static func row(maximum: Int, direction: Int) -> Correlation {
    let first = direction == 0 ? -maximum : direction < 0 ? -(maximum + 1) : 0
    return Correlation(
      rows: 1, columns: direction == 0 ? 2 * maximum + 1 : maximum + 1, firstY: 0, firstX: first, step: 1)
  }

  /// Channels of the output.
  package var channels: Int { rows * columns }

  /// Writes `[rows · columns, H, W]` for maps `[C, H, W]`.
  package func callAsFunction(
    _ left: FeatureView, _ right: FeatureView, slope: Float = 1, into output: FeatureView, in context: ComputeContext
  ) {
    let map = left.shape
    precondition(
      right.shape == map && map.depth == 1 && map.channels > 1
        && output.shape == FeatureShape(height: map.height, width: map.width, channels: channels),
      "correlation of \(rows)×\(columns): \(map) and \(right.shape) into \(output.shape)")
    let shape = sd_correlation(
      map: left.extent, out: output.extent, channels: Int32(map.channels),
      right_pixel: Int32(right.pixel), rows: Int32(rows), columns: Int32(columns),
      first_y: Int32(firstY), first_x: Int32(firstX), step: Int32(step), slope: slope)
    context.items(map.height) { row, _ in
      var shape = shape
      sd_correlation(context.instructionSet.code, &shape, left.base, right.base, output.base, row)
    }
  }
}
