/// How samples of a view become the 8 bits that matching costs, networks, point clouds and reports read.
///
/// A file of 16 bits seldom says how many of them its camera filled. What it declares is believed; else the significant bits
/// of both views decide, see ``IntensityHistogram``.
public enum IntensityScale: Equatable, Sendable {
  /// Samples have 8 bits already.
  case eightBits
  /// v ↦ min(v, 2ᵇ − 1) / 2ᵇ⁻⁸, rounded down: what the same camera delivers with 8 bits. `declared`: the file says so.
  case significantBits(Int, declared: Bool)
  /// v ↦ 255 v / white, rounded, at most 255: a declared white that is no power of two less one.
  case declaredWhite(UInt16)
  /// v ↦ 255 (v − black) / (white − black), rounded, within 0 … 255: samples with an offset that leaves most of the range
  /// unused, as of thermal cameras. Colours are relative then.
  case offset(black: UInt16, white: UInt16)

  /// What a declared white means.
  ///
  /// - Precondition: `white` is not 0.
  init(declaredWhite white: UInt16) {
    let bits = UInt16.bitWidth - white.leadingZeroBitCount
    self = bits >= 8 && Int(white) == 1 << bits - 1 ? .significantBits(bits, declared: true) : .declaredWhite(white)
  }

  /// The 8 bits of one sample.
  func callAsFunction(_ sample: UInt16) -> UInt8 {
    switch self {
    case .eightBits: UInt8(truncatingIfNeeded: sample)
    case .significantBits(let bits, _): UInt8(min(UInt32(sample), 1 << UInt32(bits) - 1) >> UInt32(bits - 8))
    case .declaredWhite(let white): Self.share(of: sample, from: 0, to: white)
    case .offset(let black, let white): Self.share(of: sample, from: black, to: white)
    }
  }

  private static func share(of sample: UInt16, from black: UInt16, to white: UInt16) -> UInt8 {
    let span = UInt32(white - black)
    return UInt8((UInt32(min(max(sample, black), white) - black) * 255 + span / 2) / span)
  }
}

extension IntensityScale: CustomStringConvertible {
  /// What was done, for people.
  public var description: String {
    switch self {
    case .eightBits: "8 bits as they are"
    case .significantBits(let bits, let declared):
      "\(bits) significant bits of 16\(declared ? ", as the file declares" : ""): \(1 << bits - 1) is white"
    case .declaredWhite(let white): "\(white) is white, as the file declares"
    case .offset(let black, let white):
      "samples lie far from 0 and close together: \(black) became black, \(white) white, and colours are relative"
    }
  }
}
