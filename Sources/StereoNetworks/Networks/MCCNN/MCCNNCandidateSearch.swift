/// Which disparities of a pixel the accurate network is asked for: the least local minima of the fast network's costs and their
/// direct neighbours.
///
/// A pixel is certain where the second minimum costs much more than the first: nothing is asked there. Where there is only one
/// minimum, the second costs 1, as much as costs can. One search is used for many pixels, so that none allocates.
package struct MCCNNCandidateSearch {
  /// Minima that are asked for.
  package let count: Int
  /// Difference of the first two minima beyond which nothing is asked; 2: costs lie in −1 … 1, everything is.
  package let certainty: Float
  /// What was found last: planes, ascending.
  package private(set) var planes: [Int] = []
  private var minima: [Int] = []

  /// - Precondition: `count` is positive.
  package init(count: Int, certainty: Float = 2) {
    precondition(count > 0, "candidates: \(count) per pixel")
    self.count = count
    self.certainty = certainty
  }

  /// Looks at the costs of one pixel; the lower disparity goes first where two cost the same.
  ///
  /// - Parameter reachable: planes that have a cost.
  package mutating func search(_ costs: Span<Float>, _ reachable: Range<Int>) {
    planes.removeAll(keepingCapacity: true)
    minima.removeAll(keepingCapacity: true)
    // The second one, too, for what it says of the first.
    let kept = max(count, 2)
    for k in reachable {
      if k > reachable.lowerBound && costs[k - 1] <= costs[k] { continue }
      if k + 1 < reachable.upperBound && costs[k + 1] < costs[k] { continue }
      var place = 0
      while place < minima.count, costs[k] >= costs[minima[place]] { place += 1 }
      guard place < kept else { continue }
      minima.insert(k, at: place)
      if minima.count > kept { minima.removeLast() }
    }
    guard let first = minima.first else { return }
    let second = minima.count > 1 ? costs[minima[1]] : 1
    if second - costs[first] > certainty { return }
    if minima.count > count { minima.removeLast(minima.count - count) }
    minima.sort()
    for k in minima {
      for neighbour in k - 1...k + 1 where reachable.contains(neighbour) && neighbour > planes.last ?? -1 {
        planes.append(neighbour)
      }
    }
  }
}
