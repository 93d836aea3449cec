import Kernels
import StereoCore
import Tensors

/// The penalties of every step in one direction over the image.
///
/// They hang on the contrast between a pixel p and its predecessor p − r: in the reference image, and for MC-CNN's rule
/// also between their partners in the other one.
struct StepPenaltyField: ~Copyable {
  let penalties: PathPenalties
  let direction: PathDirection
  /// |I(p) − I(p − r)| in the reference image, in the unit of the rule's threshold; empty if nothing asks for it.
  private var own: Plane<Float>
  /// The same in the other image; infinite where p − r is outside.
  private var other: Plane<Float>
  private let classes: [StepPenalties]

  init(
    _ penalties: PathPenalties, direction: PathDirection, of pair: borrowing RectifiedPair, reference: ReferenceView,
    in context: ComputeContext
  ) {
    self.penalties = penalties
    self.direction = direction
    own = Plane(width: 0, height: 0, repeating: 0)
    other = Plane(width: 0, height: 0, repeating: 0)
    switch penalties {
    case .constant(let p1, let p2): classes = [StepPenalties(p1: p1, p2: p2)]
    case .gradientAdaptive, .byDifference:
      classes = []
      own =
        reference == .left
        ? Self.contrast(of: pair.leftGray, direction, .grayLevels, context)
        : Self.contrast(of: pair.rightGray, direction, .grayLevels, context)
    case .contrastClasses(let rule):
      classes = [1, rule.q1, rule.q1 * rule.q2].map { StepPenalties(rule, divisor: $0, dy: direction.dy) }
      let left = Self.contrast(of: pair.leftGray, direction, .standardDeviations, context)
      let right = Self.contrast(of: pair.rightGray, direction, .standardDeviations, context)
      if reference == .left {
        own = left
        other = right
      } else {
        own = right
        other = left
      }
    }
  }

  /// Room for the penalties of `count` planes, if they differ from plane to plane.
  func scratch(for count: Int) -> [StepPenalties] {
    guard case .contrastClasses = penalties else { return [] }
    return [StepPenalties](repeating: StepPenalties(p1: 0, p2: 0), count: count)
  }

  /// The penalties of the step to (y, x) if they are the same for all disparities; `nil` for MC-CNN's rule.
  func uniform(_ y: Int, _ x: Int) -> StepPenalties? {
    switch penalties {
    case .constant: return classes[0]
    case .gradientAdaptive(let p1, let p2, let floor):
      return StepPenalties(p1: p1, p2: max(p2 / max(own[y, x], 1), floor))
    case .byDifference(let p1, let p2):
      let difference = own[y, x]
      return StepPenalties(p1: p1, p2: difference.isFinite ? p2[Int(difference)] : p2[0])
    case .contrastClasses: return nil
    }
  }

  /// The penalties of the step to (y, x) for every plane of the range, by MC-CNN's rule.
  func fill(_ steps: inout [StepPenalties], _ y: Int, _ x: Int, range: DisparityRange, reference: ReferenceView) {
    guard case .contrastClasses(let rule) = penalties else { return }
    let width = other.width
    let ownContrast = own[y, x]
    for k in 0..<range.count {
      let partner = reference.partner(of: x, at: range.lowerBound + k)
      let otherContrast = partner >= 0 && partner < width ? min(other[y, partner], 10) : 10
      if ownContrast < rule.threshold && otherContrast < rule.threshold {
        steps[k] = classes[0]
      } else if ownContrast > rule.threshold && otherContrast > rule.threshold {
        steps[k] = classes[2]
      } else {
        steps[k] = classes[1]
      }
    }
  }

  /// |I(p) − I(p − r)|, in `unit`; infinite where p − r is outside the image.
  static func contrast(
    of image: borrowing Plane<UInt8>, _ direction: PathDirection, _ unit: IntensityUnit, _ context: ComputeContext
  ) -> Plane<Float> {
    let scale = 1 / unit.grayLevels(in: image)
    var contrast = Plane<Float>(width: image.width, height: image.height, repeating: .infinity)
    context.rows(of: &contrast) { y, row in
      let previous = y - direction.dy
      guard previous >= 0, previous < image.height else { return }
      let (here, there) = (image.row(y), image.row(previous))
      for x in row.indices where x - direction.dx >= 0 && x - direction.dx < row.count {
        row[x] = abs(Float(here[x]) - Float(there[x - direction.dx])) * scale
      }
    }
    return contrast
  }
}
