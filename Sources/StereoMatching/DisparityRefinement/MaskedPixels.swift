public import StereoCore
import Tensors

extension StereoResult {
  /// Takes away what the pair's masks say cannot be: disparities where there is no image, and matches with what is no image.
  ///
  /// A pixel without image has no disparity, the one reason ``StereoCore/Validity/outOfView``, and confidence 0. A pixel whose
  /// match (x − d in the right image, x + d in the left one, rounded) has no image is as one whose match lies outside the image:
  /// `outOfView`, confidence 0, and without disparity; or, to be filled, with the lesser of the nearest disparities to its left
  /// and right in the row that are left, marked ``StereoCore/Validity/filled``. Disparities that were filled before stay.
  ///
  /// - Parameters:
  ///   - pair: the pair that was matched.
  ///   - fill: whether pixels without a match are filled.
  /// - Precondition: the result has the size of the pair.
  public mutating func removeMasked(of pair: borrowing RectifiedPair, fill: Bool) {
    precondition(size == pair.size, "removeMasked: maps of \(size), images of \(pair.size)")
    if pair.leftMask == nil && pair.rightMask == nil { return }
    for y in 0..<size.height {
      let places = left.removeMasked(y, own: pair.leftMask, other: pair.rightMask, view: .left, fill: fill)
      for x in places { confidence.values[y, x] = 0 }
      _ = right.removeMasked(y, own: pair.rightMask, other: pair.leftMask, view: .right, fill: fill)
    }
  }
}

extension DisparityMap {
  /// Removes, and fills, what masks forbid in one row; the columns where they do.
  fileprivate mutating func removeMasked(
    _ y: Int, own: borrowing Plane<UInt8>?, other: borrowing Plane<UInt8>?, view: ReferenceView, fill: Bool
  ) -> [Int] {
    var (empty, unmatched): ([Int], [Int]) = ([], [])
    for x in 0..<width {
      if Self.isEmpty(own, y, x) {
        empty.append(x)
        validity[y, x] = .outOfView
      } else if disparities[y, x].isFinite, !validity[y, x].contains(.filled) {
        let partner = Int((Float(x) + (view == .left ? -1 : 1) * disparities[y, x]).rounded())
        guard partner >= 0, partner < width, Self.isEmpty(other, y, partner) else { continue }
        unmatched.append(x)
        validity[y, x].insert(.outOfView)
      }
    }
    for x in empty + unmatched { disparities[y, x] = .nan }
    if fill, !unmatched.isEmpty {
      let row = (0..<width).map { disparities[y, $0] }
      for x in unmatched {
        let (before, after) = (row[..<x].last { $0.isFinite }, row[x...].first { $0.isFinite })
        guard let nearest = [before, after].compactMap({ $0 }).min() else { continue }
        disparities[y, x] = nearest
        validity[y, x].insert(.filled)
      }
    }
    return empty + unmatched
  }

  private static func isEmpty(_ mask: borrowing Plane<UInt8>?, _ y: Int, _ x: Int) -> Bool {
    switch mask {
    case .none: false
    case .some(let mask): mask[y, x] == 0
    }
  }
}
