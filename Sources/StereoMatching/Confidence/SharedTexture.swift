import Glibc
import Kernels
import StereoCore
import Tensors

/// What both images of a pair show alike along their rows, where a map of disparities says that they show the same.
///
/// With g the gradient along the row, (I(x + 1) − I(x − 1)) / 2, g' that of the right image at x − d between two pixels linearly, and
/// means over 9 columns and every second row of 10:
///
///     shared energy  c = max(0, mean g g')
///     agreement      ρ = c / √((mean g² + 1) (mean g'² + 1))
///     likeness       s = c / √((mean g² + 0.1) (mean g'² + 0.1))
///
/// in gray levels of 8 bits. Brightness and what has edges along the rows only take no part. Noise is not alike in two images: s
/// stays small on surfaces without texture, in saturated parts, where an image is of one brightness, and where only one sees.
struct SharedTexture {
  /// ρ, s and c of one row, beside each other.
  struct Measure {
    var agreement: Float
    var likeness: Float
    var energy: Float
  }

  /// Columns of a window, 9, and its rows: every second one of 10, which two rows share.
  static let reach = 4
  static let rows = 5
  /// Pixels of a window that are compared.
  private static let count = Float(rows * (2 * reach + 1))

  let left, right: SharedPointer<UInt8>
  let leftStride, rightStride: Int
  let disparities: SharedPointer<Float>
  let stride: Int
  let width, height: Int

  /// - Precondition: the map has the size of the pair.
  init(_ pair: borrowing RectifiedPair, _ map: inout Plane<Float>) {
    precondition(
      map.width == pair.width && map.height == pair.height,
      "SharedTexture: a map of \(map.height)×\(map.width), images of \(pair.size)")
    (left, leftStride) = (SharedPointer(pair.leftGray.storage), pair.leftGray.rowStride)
    (right, rightStride) = (SharedPointer(pair.rightGray.storage), pair.rightGray.rowStride)
    (disparities, stride) = (SharedPointer(map.mutableStorage), map.rowStride)
    (width, height) = (map.width, map.height)
  }

  /// Calls `body` with the measures of all pixels of rows 2 j and 2 j + 1, for every j in `pairs`.
  func measure(_ pairs: Range<Int>, _ body: (_ j: Int, _ row: UnsafePointer<Measure>) -> Void) {
    let (length, half) = (3 * width, Self.rows / 2)
    // Products of the window's rows, and their sums down the columns.
    var ring = [Int32](repeating: 0, count: Self.rows * length)
    var columns = [Int32](repeating: 0, count: length)
    var row = [Measure](repeating: Measure(agreement: 0, likeness: 0, energy: 0), count: width)
    ring.withUnsafeMutableBufferPointer { ring in
      columns.withUnsafeMutableBufferPointer { columns in
        row.withUnsafeMutableBufferPointer { row in
          for j in pairs.lowerBound - half..<pairs.upperBound + half {
            let products = ring.baseAddress! + (j + Self.rows) % Self.rows * length
            for i in 0..<length { columns[i] -= products[i] }
            if j >= 0 && 2 * j < height {
              multiply(2 * j, into: products)
            } else {
              products.update(repeating: 0, count: length)
            }
            for i in 0..<length { columns[i] += products[i] }
            if pairs.contains(j - half) {
              average(columns.baseAddress!, into: row.baseAddress!)
              body(j - half, row.baseAddress!)
            }
          }
        }
      }
    }
  }

  /// Products of the gradients of row `y`: 64 g g', 4 g², 1024 g'², one after the other; 0 where no partner is.
  private func multiply(_ y: Int, into products: UnsafeMutablePointer<Int32>) {
    let (own, other) = (left.pointer + y * leftStride, right.pointer + y * rightStride)
    let map = disparities.pointer + y * stride
    let last = width - 1
    for x in 0..<width {
      let mine = Self.gradient(own, x, last)
      var theirs: Int32 = 0
      let place = Float(x) - map[x]
      // Not true for NaN.
      if place >= 0 && place <= Float(last) {
        let sixteenths = Int((16 * place).rounded())
        let (from, share) = (sixteenths >> 4, Int32(sixteenths & 15))
        theirs =
          Self.gradient(other, from, last) * (16 - share) + Self.gradient(other, min(from + 1, last), last) * share
      }
      products[x] = mine * theirs
      products[width + x] = mine * mine
      products[2 * width + x] = theirs * theirs
    }
  }

  /// Twice the gradient; 0 at the border.
  private static func gradient(_ row: UnsafePointer<UInt8>, _ x: Int, _ last: Int) -> Int32 {
    x > 0 && x < last ? Int32(row[x + 1]) - Int32(row[x - 1]) : 0
  }

  /// The measures from sums down the columns.
  private func average(_ columns: UnsafePointer<Int32>, into row: UnsafeMutablePointer<Measure>) {
    var (both, mine, theirs): (Int32, Int32, Int32) = (0, 0, 0)
    func add(_ x: Int, _ sign: Int32) {
      both += sign * columns[x]
      mine += sign * columns[width + x]
      theirs += sign * columns[2 * width + x]
    }
    for x in 0..<min(Self.reach, width) { add(x, 1) }
    for x in 0..<width {
      if x + Self.reach < width { add(x + Self.reach, 1) }
      if x > Self.reach { add(x - Self.reach - 1, -1) }
      let energy = max(0, Float(both) / (64 * Self.count))
      let (a, b) = (Float(mine) / (4 * Self.count), Float(theirs) / (1024 * Self.count))
      row[x] = Measure(
        agreement: energy / ((a + 1) * (b + 1)).squareRoot(), likeness: energy / ((a + 0.1) * (b + 0.1)).squareRoot(),
        energy: energy)
    }
  }
}
