public import Tensors

/// What ``SemiGlobalSweep`` computes, pixel by pixel: the specification its kernels are compared with, bit by bit.
///
///     C(y, x, d) = Hamming distance of census(left, y, x) and census(right, y, clamp(x − min − d))
///     L_r(p, d)  = C(p, d) + min(L_r(q, d), L_r(q, d ± 1) + P1, m + P2(|I(p) − I(q)|)) − m,  q = p − r, m = min_k L_r(q, k)
///     S(p, d)    = min(255, Σ_r L_r(p, d)); with eight paths Σ_r ⌈L_r(p, d) ÷ 2⌉
///
/// A path begins anew (L = C) where q lies outside the image or beyond the rows in which the paths of a band settle.
public struct PlainSweep {
  private let settings: SweepSettings
  private let gray: [[Int]]
  private let width: Int
  private let height: Int
  private let costs: [[[Int]]]
  private let least: Int
  private let count: Int

  /// - Parameters:
  ///   - settings: census, paths, penalties.
  ///   - left: `[H, W]` gray.
  ///   - right: `[H, W]` gray.
  ///   - leastDisparity: the disparity of index 0, pixels.
  ///   - disparities: D.
  public init(
    settings: SweepSettings, left: borrowing Plane<UInt8>, right: borrowing Plane<UInt8>, leastDisparity: Int,
    disparities: Int
  ) {
    self.settings = settings
    gray = (0..<left.height).map { y in (0..<left.width).map { x in Int(left[y, x]) } }
    (least, count) = (leastDisparity, disparities)
    let (a, b) = (Self.census(left, settings.pattern), Self.census(right, settings.pattern))
    let (width, height) = (left.width, left.height)
    (self.width, self.height) = (width, height)
    costs = (0..<height).map { y in
      (0..<width).map { x in
        (0..<disparities).map { d in
          (a[y][x] ^ b[y][min(max(x - leastDisparity - d, 0), width - 1)]).nonzeroBitCount
        }
      }
    }
  }

  private static func census(_ image: borrowing Plane<UInt8>, _ pattern: [SweepSettings.CensusPair]) -> [[UInt64]] {
    func pixel(_ y: Int, _ x: Int) -> UInt8 { image[min(max(y, 0), image.height - 1), min(max(x, 0), image.width - 1)] }
    var result = [[UInt64]](repeating: [UInt64](repeating: 0, count: image.width), count: image.height)
    for y in 0..<image.height {
      for x in 0..<image.width {
        for (k, pair) in pattern.enumerated()
        where pixel(y + Int(pair.first.dy), x + Int(pair.first.dx))
          < pixel(y + Int(pair.second.dy), x + Int(pair.second.dx))
        {
          result[y][x] |= 1 << UInt64(k)
        }
      }
    }
    return result
  }

  /// Path costs of the rows `rows`, in which the path begins anew, `[rows, W, D]`.
  private func path(dx: Int, dy: Int, in rows: Range<Int>) -> [[[Int]]] {
    var result = [[[Int]]](repeating: [[Int]](repeating: [], count: width), count: rows.count)
    for y in dy < 0 ? Array(rows.reversed()) : Array(rows) {
      for x in dx < 0 ? Array((0..<width).reversed()) : Array(0..<width) {
        let (v, u) = (y - dy, x - dx)
        guard rows.contains(v), u >= 0, u < width else {
          result[y - rows.lowerBound][x] = costs[y][x]
          continue
        }
        let before = result[v - rows.lowerBound][u]
        let (m, p1) = (before.min()!, Int(settings.p1))
        let p2 = Int(settings.p2[abs(gray[y][x] - gray[v][u])])
        result[y - rows.lowerBound][x] = (0..<count).map { d in
          var best = min(before[d], m + p2)
          if d > 0 { best = min(best, before[d - 1] + p1) }
          if d + 1 < count { best = min(best, before[d + 1] + p1) }
          return costs[y][x][d] + best - m
        }
      }
    }
    return result
  }

  /// Sums of path costs of a band, `[band, W, D]`.
  private func sums(of band: Range<Int>) -> [[[Int]]] {
    var directions = [(1, 0), (-1, 0), (0, 1)]
    if settings.paths != .three { directions.append((0, -1)) }
    if settings.paths == .eight { directions += [(1, 1), (-1, 1), (1, -1), (-1, -1)] }
    var result = [[[Int]]](
      repeating: [[Int]](repeating: [Int](repeating: 0, count: count), count: width), count: band.count)
    for (dx, dy) in directions {
      let above = max(0, band.lowerBound - settings.settlingRows),
        below = min(height, band.upperBound + settings.settlingRows)
      let rows = dy > 0 ? above..<band.upperBound : dy < 0 ? band.lowerBound..<below : band
      let costs = path(dx: dx, dy: dy, in: rows)
      for y in band {
        for x in 0..<width {
          for d in 0..<count {
            let cost = costs[y - rows.lowerBound][x][d]
            let share = settings.paths == .eight ? (cost + 1) / 2 : cost
            result[y - band.lowerBound][x][d] = min(255, result[y - band.lowerBound][x][d] + share)
          }
        }
      }
    }
    return result
  }

  /// Winners of both images and the left winners' sums, as ``SemiGlobalSweep/match`` gives them, with bands of `rows` rows.
  public func match(rows: Int) -> (left: [UInt16], right: [UInt16], sums: [UInt8]) {
    var (winners, partners, least) = ([UInt16](), [UInt16](), [UInt8]())
    for start in stride(from: 0, to: height, by: rows) {
      for row in sums(of: start..<min(start + rows, height)) {
        for cell in row {
          winners.append(Self.winner(cell))
          least.append(UInt8(cell.min()!))
        }
        partners += (0..<width).map { rightWinner(row, $0) }
      }
    }
    return (winners, partners, least)
  }

  /// All sums of path costs, `[H][W][D]`, with bands of `rows` rows.
  public func allSums(rows: Int) -> [UInt8] {
    stride(from: 0, to: height, by: rows).flatMap { start in
      sums(of: start..<min(start + rows, height)).flatMap { row in row.flatMap { cell in cell.map { UInt8($0) } } }
    }
  }

  /// The first least sum, with the vertex of the equiangular fit: 8 (a − c) ÷ (max(a, c) − m) sixteenths, by way of
  /// reciprocals of 16 bits.
  private static func winner(_ sums: [Int]) -> UInt16 {
    let m = sums.min()!
    let d = sums.firstIndex(of: m)!
    guard d > 0, d + 1 < sums.count else { return UInt16(16 * d) }
    let (a, c) = (sums[d - 1], sums[d + 1])
    let h = max(a, c) - m
    guard h > 0 else { return UInt16(16 * d) }
    return UInt16(16 * d + ((a - c) * ((8 * 65536 + h / 2) / h) + 32768) >> 16)
  }

  private func rightWinner(_ row: [[Int]], _ x: Int) -> UInt16 {
    var (best, winner) = (255, noSixteenths)
    for d in 0..<count {
      let partner = x + least + d
      guard partner >= 0, partner < width, row[partner][d] < best else { continue }
      (best, winner) = (row[partner][d], UInt16(16 * d))
    }
    return winner
  }
}
