import Kernels
import StereoCore
import Tensors

/// What steps run with where a test does not say otherwise.
let context = ComputeContext()

/// The same with so many threads.
func context(threads: Int) -> ComputeContext { ComputeContext(parallel: Parallel(threads: threads)) }

/// Numbers that look random and are the same on every run (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A pair of gray images from rows of intensities.
func pair(_ left: [[UInt8]], _ right: [[UInt8]]) -> RectifiedPair {
  func image(_ rows: [[UInt8]]) -> Image {
    Image(format: .gray8, bytes: Plane(width: rows[0].count, height: rows.count, samples: rows.flatMap { $0 }))
  }
  return try! RectifiedPair(left: image(left), right: image(right))
}

/// Rows of random intensities.
func noise(_ width: Int, _ height: Int, seed: UInt64, upTo limit: UInt8 = 255) -> [[UInt8]] {
  var dice = Dice(seed)
  return (0..<height).map { _ in (0..<width).map { _ in UInt8.random(in: 0...limit, using: &dice) } }
}

/// A pair of random images that have nothing to do with each other.
func noisePair(_ width: Int, _ height: Int, seed: UInt64 = 1, upTo limit: UInt8 = 255) -> RectifiedPair {
  pair(noise(width, height, seed: seed, upTo: limit), noise(width, height, seed: seed + 1000, upTo: limit))
}

/// A random left image and a right one in which everything has disparity `d`: R(y, x) = L(y, x + d).
func shiftedPair(_ width: Int, _ height: Int, by d: Int, seed: UInt64 = 1) -> RectifiedPair {
  let margin = abs(d)
  let scene = noise(width + 2 * margin, height, seed: seed)
  return pair(
    scene.map { Array($0[margin..<(margin + width)]) }, scene.map { Array($0[(margin + d)..<(margin + d + width)]) })
}

/// A volume with the given costs, one list of D costs for every pixel.
func volume(
  width: Int, height: Int, _ range: Range<Int>, reference: ReferenceView = .left, _ costs: [Float]
) -> CostVolume {
  precondition(costs.count == width * height * range.count)
  var result = Volume<Float>(width: width, height: height, depth: range.count, repeating: 0)
  for y in 0..<height {
    var row = result.mutableRow(y)
    for i in row.indices { row[i] = costs[y * row.count + i] }
  }
  return CostVolume(costs: result, range: DisparityRange(range), reference: reference)
}

/// A volume of random costs 0 … `limit`, some of them missing; those whose partner is outside always are.
func noiseVolume(
  width: Int, height: Int, _ range: Range<Int>, seed: UInt64, missing: Double = 0.1, reference: ReferenceView = .left,
  upTo limit: Float = 10
) -> CostVolume {
  var dice = Dice(seed)
  var costs: [Float] = []
  for _ in 0..<height {
    for x in 0..<width {
      for d in range {
        let cost = Float.random(in: 0...limit, using: &dice)
        let isMissing = Double.random(in: 0..<1, using: &dice) < missing
        let partner = reference.partner(of: x, at: d)
        costs.append(isMissing || partner < 0 || partner >= width ? .nan : cost)
      }
    }
  }
  return volume(width: width, height: height, range, reference: reference, costs)
}

/// A map with the given rows of disparities.
func map(_ rows: [[Float]], _ range: Range<Int> = 0..<64, validity: [[Validity]]? = nil) -> DisparityMap {
  DisparityMap(
    disparities: Plane(width: rows[0].count, height: rows.count, samples: rows.flatMap { $0 }),
    validity: Plane(
      width: rows[0].count, height: rows.count,
      samples: validity?.flatMap { $0 } ?? rows.flatMap { $0.map { _ in Validity() } }),
    range: DisparityRange(range))
}

extension Array where Element == Float {
  /// The values as bits, so that NaN equals NaN and nothing is rounded.
  var bits: [UInt32] { map { $0.isNaN ? .max : $0.bitPattern } }
}

/// Sizes and ranges that a stage must take.
let awkwardCases: [(width: Int, height: Int, range: Range<Int>)] = [
  (1, 1, 0..<1), (1, 1, -2..<3), (7, 1, 0..<4), (1, 7, -1..<2), (9, 5, -3..<2), (6, 4, -20..<30), (5, 3, 5..<6),
  (5, 3, 40..<47), (17, 6, 0..<17),
]

/// Rounds costs to whole ones, halves up.
func roundToWhole(_ volume: inout CostVolume) {
  for y in 0..<volume.height {
    var row = volume.costs.mutableRow(y)
    for i in row.indices { row[i] = (row[i] + 0.5).rounded(.down) }
  }
}
