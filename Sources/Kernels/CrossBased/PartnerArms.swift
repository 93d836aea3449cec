internal import Tensors

/// The arms of the other image as the cells of a volume meet them: of the partner of pixel x at plane k at `width − 1 − x + k`
/// where the volume lies on the left image's pixels, at `x + k` where it lies on the right one's.
final class PartnerArms: @unchecked Sendable {
  /// `[H, width + depth]` for left, right, up and down; 0 where the partner lies outside the image.
  private let sides: Volume<UInt8>

  init(_ arms: borrowing ArmLengths, lower: Int, depth: Int, isRight: Bool) {
    var sides = Volume<UInt8>(width: arms.left.height, height: 4, depth: arms.left.width + depth, repeating: 0)
    Self.fill(0, arms.left, lower: lower, isRight, into: &sides)
    Self.fill(1, arms.right, lower: lower, isRight, into: &sides)
    Self.fill(2, arms.up, lower: lower, isRight, into: &sides)
    Self.fill(3, arms.down, lower: lower, isRight, into: &sides)
    self.sides = sides
  }

  private static func fill(
    _ side: Int, _ source: borrowing Plane<UInt8>, lower: Int, _ isRight: Bool, into sides: inout Volume<UInt8>
  ) {
    for y in 0..<source.height {
      let row = source.row(y)
      for x in row.indices {
        // x = width − 1 − lower − i for the place i, or lower + i.
        let place = isRight ? x - lower : source.width - 1 - lower - x
        if place >= 0 && place < sides.depth { sides[side, y, place] = row[x] }
      }
    }
  }

  func row(_ y: Int, side: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(sides.storage + (side * sides.width + y) * sides.depth)
  }
}

extension Plane where Element == UInt8 {
  /// The greatest sample; 0 in an empty plane.
  var longest: Int {
    var greatest: UInt8 = 0
    for y in 0..<height {
      let samples = row(y)
      for x in samples.indices { greatest = max(greatest, samples[x]) }
    }
    return Int(greatest)
  }
}
