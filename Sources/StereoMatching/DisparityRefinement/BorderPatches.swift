import Kernels
import Tensors

/// Finds the patches of ``UnseenBorder``, on the columns that the other image may not see; keeps its memory from map to map.
///
/// Rows are read by several threads; patches are followed by one, over doubtful pixels only.
struct BorderPatches: ~Copyable {
  /// A pixel without disparity.
  static let hole = Int32.min
  /// How much nearer a surface is that casts doubt on a pixel, sixteenths of a pixel.
  static let nearer: Int32 = 32
  /// The greatest difference of neighbours in one patch, sixteenths of a pixel.
  static let likeness: Int32 = 16

  /// What a pixel is to the search for patches; from 0 on: the number of its patch.
  private enum Mark {
    /// Without disparity, or not doubtful.
    static let trusted: Int32 = -2
    /// Doubtful, not in a patch yet.
    static let doubtful: Int32 = -1
  }

  /// A patch of doubtful pixels.
  private struct Patch {
    var pixels = 0
    var hasSupport = false
    /// Pixels behind whose border a near surface follows.
    var covered = 0
  }

  private var cells = Plane<Int32>(width: 0, height: 0, repeating: 0)
  private var marks = Plane<Int32>(width: 0, height: 0, repeating: 0)
  private var patches: [Patch] = []
  private var members: [Int32] = []

  /// The pixels of patches that nothing supports, in no order that matters, by their distance from the border.
  ///
  /// - Parameters:
  ///   - width: columns of the map.
  ///   - height: rows of the map.
  ///   - greatest: no disparity reaches this, pixels.
  ///   - load: writes the disparities of a row's first columns, counted from the border, sixteenths of a pixel or ``hole``; behind
  ///     them the greatest of all further columns and the nearest one.
  mutating func unsupported(
    width: Int, height: Int, greatest: Int, in context: ComputeContext,
    load: @Sendable (_ y: Int, _ cells: inout MutableSpan<Int32>) -> Void
  ) -> [(y: Int, column: Int)] {
    let columns = min(width, greatest)
    guard columns > 0, height > 0 else { return [] }
    cells.resize(width: columns + 2, height: height)
    marks.resize(width: columns, height: height)
    context.rows(of: &cells) { y, row in load(y, &row) }
    mark(in: context)
    collectPatches()
    guard patches.contains(where: { !$0.hasSupport }) else { return [] }
    countCovered()
    var found: [(y: Int, column: Int)] = []
    for i in members {
      let (y, u) = (Int(i) / columns, Int(i) % columns)
      let patch = patches[Int(marks[y, u])]
      if !patch.hasSupport && 2 * patch.covered >= patch.pixels { found.append((y, u)) }
    }
    return found
  }

  /// Whether a pixel of disparity `d` would be out of view if it belonged to a surface of disparity `surface`.
  private static func covers(_ surface: Int32, _ d: Int32, _ u: Int) -> Bool {
    surface > d + nearer && surface > 16 * Int32(u)
  }

  /// Marks doubtful pixels.
  private mutating func mark(in context: ComputeContext) {
    let base = SharedPointer(cells.mutableStorage)
    let stride = cells.rowStride
    context.rows(of: &marks) { y, row in
      let cells = base.pointer + y * stride
      var surface = cells[row.count]
      for u in row.indices.reversed() {
        row[u] = cells[u] != Self.hole && Self.covers(surface, cells[u], u) ? Mark.doubtful : Mark.trusted
        surface = max(surface, cells[u])
      }
    }
  }

  /// Numbers the patches of doubtful pixels and looks for their support.
  private mutating func collectPatches() {
    patches.removeAll(keepingCapacity: true)
    members.removeAll(keepingCapacity: true)
    let columns = marks.width
    for y in 0..<marks.height {
      for u in 0..<columns where marks[y, u] == Mark.doubtful {
        let first = members.count
        marks[y, u] = Int32(patches.count)
        members.append(Int32(y * columns + u))
        var (next, shared) = (first, 0)
        while next < members.count {
          shared += follow(Int(members[next]) / columns, Int(members[next]) % columns)
          next += 1
        }
        let pixels = members.count - first
        patches.append(Patch(pixels: pixels, hasSupport: shared * shared >= 4 * pixels))
      }
    }
  }

  /// Adds the doubtful neighbours of a pixel to its patch; returns the number of like ones that are not doubtful.
  private mutating func follow(_ y: Int, _ u: Int) -> Int {
    var shared = 0
    for (dy, du) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
      let (v, w) = (y + dy, u + du)
      guard v >= 0, v < marks.height, w >= 0, w < marks.width, cells[v, w] != Self.hole,
        abs(cells[v, w] - cells[y, u]) <= Self.likeness
      else { continue }
      switch marks[v, w] {
      case Mark.trusted: shared += 1
      case Mark.doubtful:
        marks[v, w] = marks[y, u]
        members.append(Int32(v * marks.width + w))
      default: break
      }
    }
    return shared
  }

  /// Counts the pixels of patches without support that lie before a near surface.
  private mutating func countCovered() {
    for y in 0..<marks.height {
      var surface = cells[y, marks.width + 1]
      for u in (0..<marks.width).reversed() {
        let (mark, d) = (Int(marks[y, u]), cells[y, u])
        if mark < 0 || patches[mark].hasSupport {
          if d != Self.hole { surface = d }
        } else if Self.covers(surface, d, u) {
          patches[mark].covered += 1
        }
      }
    }
  }
}
