import Kernels
import StereoCore
import Tensors

extension BorderPatches {
  /// ``UnseenBorder`` on a map of sixteenths of a disparity's index.
  mutating func refine(
    _ map: inout Plane<UInt16>, labels: inout Plane<Validity>, of view: ReferenceView, over range: DisparityRange,
    fills: Bool, in context: ComputeContext
  ) {
    let (width, lower) = (map.width, Int32(16 * range.lowerBound))
    let (base, stride) = (SharedPointer(map.mutableStorage), map.rowStride)
    let (start, step) = view == .left ? (0, 1) : (width - 1, -1)
    let unsupported = unsupported(
      width: width, height: map.height, greatest: range.upperBound, in: context
    ) { y, cells in
      let row = base.pointer + y * stride + start
      let columns = cells.count - 2
      func cell(_ value: UInt16) -> Int32 { value == noSixteenths ? Self.hole : Int32(value) + lower }
      for u in 0..<columns { cells[u] = cell(row[step * u]) }
      var next = columns
      while next < width, row[step * next] == noSixteenths { next += 1 }
      cells[columns + 1] = next < width ? cell(row[step * next]) : Self.hole
      // One more than an index; a hole is 0.
      var greatest: UInt16 = 0
      let rest = view == .left ? row + columns : row - (width - 1)
      for u in 0..<width - columns { greatest = max(greatest, rest[u] &+ 1) }
      cells[columns] = greatest == 0 ? Self.hole : Int32(greatest) - 1 + lower
    }
    for pixel in unsupported {
      base.pointer[pixel.y * stride + start + step * pixel.column] = noSixteenths
      labels[pixel.y, start + step * pixel.column].insert(.speckle)
    }
    guard fills else { return }
    context.rows(of: &labels) { y, bits in
      let row = base.pointer + y * stride + start
      var first = 0
      while first < width, row[step * first] == noSixteenths { first += 1 }
      guard first > 0, first < width else { return }
      var (seen, u) = ([UInt16](), first)
      while u < width, seen.count < UnseenBorder.seen {
        if row[step * u] != noSixteenths { seen.append(row[step * u]) }
        u += 1
      }
      seen.sort()
      for u in 0..<first {
        row[step * u] = seen[seen.count / 2]
        bits[start + step * u].insert(.filled)
      }
    }
  }
}
