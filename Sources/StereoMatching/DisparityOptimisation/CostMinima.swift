import Kernels
import StereoCore
import Tensors

/// The least cost of a pixel, and the least one that does not belong to the same minimum.
struct CostMinima {
  /// c₁, the least cost; +∞ if there is none.
  var best = Float.infinity
  /// Plane of c₁; −1 if there is none.
  var winner = -1
  /// c₂, the least cost more than one plane away from the winner; +∞ if there is none.
  var second = Float.infinity

  /// - Parameter view: the image whose pixel (y, x) is.
  init(of costs: borrowing CostVolume, _ y: Int, _ x: Int, view: ReferenceView) {
    let planes = costs.range.planes(reachableFrom: x, width: costs.width, reference: view)
    for k in planes {
      let cost = costs.cost(y, x, plane: k, of: view)
      if cost < best { (best, winner) = (cost, k) }
    }
    guard winner >= 0 else { return }
    for k in planes where abs(k - winner) > 1 {
      let cost = costs.cost(y, x, plane: k, of: view)
      if cost < second { second = cost }
    }
  }
}

extension CostVolume {
  /// The least and the greatest cost; (+∞, −∞) if there is none.
  func bounds(in context: ComputeContext) -> (least: Float, greatest: Float) {
    var ofRows = Plane<Float>(width: 2, height: height, repeating: 0)
    context.rows(of: &ofRows) { y, row in
      let values = costs.row(y)
      var (least, greatest) = (Float.infinity, -Float.infinity)
      for i in values.indices {
        // False for NaN.
        if values[i] < least { least = values[i] }
        if values[i] > greatest { greatest = values[i] }
      }
      row[0] = least
      row[1] = greatest
    }
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for y in 0..<height {
      least = min(least, ofRows[y, 0])
      greatest = max(greatest, ofRows[y, 1])
    }
    return (least, greatest)
  }
}
