import StereoEvaluation
import Tensors

/// The pairs of maps of Tests/Peers/kitti_cases.py, made anew from the same counters: see there for what they hold.
struct KITTICase {
  let width: Int
  let height: Int
  let estimate: [UInt16]
  let noc: [UInt16]
  let occ: [UInt16]
  let objects: [UInt16]

  static let count = 240
  private static let holes: [UInt64] = [0, 20, 50, 30, 10, 100, 40, 0]
  private static let known: [UInt64] = [100, 60, 30, 80, 0, 40, 10, 100]

  /// SplitMix64 of a counter.
  static func random(_ seed: Int, _ counter: Int) -> UInt64 {
    var z = (UInt64(seed) << 32) &+ (UInt64(counter) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  init(_ number: Int) {
    func draw(_ counter: Int, _ below: Int) -> Int { Int(Self.random(number, counter) % UInt64(below)) }
    let kind = number % 8
    width = 1 + draw(0, 48)
    height = 1 + draw(1, 32)
    let pixels = width * height
    let (anchor, only) = (draw(7, pixels), draw(5, pixels))
    let plane = (start: draw(2, 20000), across: draw(3, 300), down: draw(4, 300))
    var maps = (estimate: [UInt16](), noc: [UInt16](), occ: [UInt16](), objects: [UInt16]())
    for pixel in 0..<pixels {
      func field(_ k: Int, _ below: UInt64) -> Int { Int(Self.random(number, 16 + 8 * pixel + k) % below) }
      let (x, y) = (pixel % width, pixel / width)
      var truth = 60 * 256
      if kind != 1 {
        truth = kind % 2 == 0 ? 1 + field(0, 65535) : 1 + (plane.start + plane.across * x + plane.down * y) % 65535
      }
      let isKnown = UInt64(field(1, 100)) < Self.known[kind] || pixel == anchor
      let isSeen = (isKnown && field(2, 4) != 0) || pixel == anchor
      let (amount, sign) = (field(4, 65535), 1 - 2 * field(7, 2))
      let guesses = [
        truth, truth + sign * 256 * (1 + amount % 5), truth + sign * (amount % 2048), 1 + amount,
        truth + sign * (768 + amount % 3 - 1), 1 + amount % 512,
      ]
      var estimate = min(max(guesses[field(3, 6)], 1), 65535)
      if UInt64(field(5, 100)) < Self.holes[kind] { estimate = 0 }
      if (kind == 3 || kind == 6) && Self.random(number + 1_000_000, y) % 3 == 0 { estimate = 0 }
      if kind == 5 && pixel == only { estimate = truth }
      if number % 16 == 7 { estimate = 0 }
      let mark = field(6, 600)
      maps.estimate.append(UInt16(estimate))
      maps.noc.append(isSeen ? UInt16(truth) : 0)
      maps.occ.append(isKnown ? UInt16(truth) : 0)
      maps.objects.append(mark % 3 == 0 ? UInt16(1 + mark / 3) : 0)
    }
    (estimate, noc, occ, objects) = maps
  }

  /// Codes as disparities, pixels; NaN: none.
  func plane(_ codes: [UInt16]) -> Plane<Float> {
    Plane(width: width, height: height, samples: codes.map { $0 == 0 ? .nan : Float($0) / 256 })
  }

  /// Both truths and the object map.
  func truth() -> GroundTruth {
    var truth = GroundTruth(disparities: plane(noc))
    truth.withOccluded = plane(occ)
    truth.objects = Plane(width: width, height: height, samples: objects.map { UInt8($0) })
    return truth
  }

  /// The checksum of all maps, as kitti_scores.py has it.
  var checksum: UInt32 {
    crc32((estimate + noc + occ + objects).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
  }
}

/// CRC-32 of ISO 3309, as zlib and PNG have it.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = .max
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
