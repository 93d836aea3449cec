package import Kernels
package import StereoCore
import Tensors

/// MC-CNN's penalties in whole steps of a quantised cost, with the contrasts of both images sorted by the rule's threshold.
///
/// The plain form of the same rule is ``StepPenaltyField``; here a contrast is a difference of bytes, so that a table of
/// 256 says which side of the threshold it lies on.
package struct ContrastSteps {
  /// The penalties and the sorted contrasts.
  package let penalties: ByteSemiGlobal.Penalties

  /// - Parameters:
  ///   - rule: the penalties, in the unit of the cost.
  ///   - quantisation: what a step of the costs is.
  ///   - reference: the image that the costs lie on.
  package init(
    _ rule: PathPenalties.ContrastClasses, _ quantisation: CostQuantisation, of pair: borrowing RectifiedPair,
    reference: ReferenceView
  ) {
    let classes = [1, rule.q1, rule.q1 * rule.q2]
    // A downward step shows the slanted penalty in `fromBelow`; the level ones are those of a horizontal path.
    let level = classes.map { StepPenalties(rule, divisor: $0, dy: 0) }
    let down = classes.map { StepPenalties(rule, divisor: $0, dy: 1) }
    let unit = IntensityUnit.standardDeviations
    let left = Self.kinds(scale: 1 / unit.grayLevels(in: pair.leftGray), rule.threshold)
    let right = Self.kinds(scale: 1 / unit.grayLevels(in: pair.rightGray), rule.threshold)
    penalties = ByteSemiGlobal.Penalties(
      p1: level.map { quantisation.steps($0.fromBelow) }, slantedP1: down.map { quantisation.steps($0.fromBelow) },
      p2: level.map { quantisation.steps($0.jump) }, ownKinds: reference == .left ? left : right,
      otherKinds: reference == .left ? right : left, outside: Self.kind(10, rule.threshold))
  }

  /// For differences of 0 … 255 gray levels.
  private static func kinds(scale: Float, _ threshold: Float) -> [UInt8] {
    (0...255).map { kind(Float($0) * scale, threshold) }
  }

  /// Below the threshold (0), at it (1), above it (2).
  private static func kind(_ contrast: Float, _ threshold: Float) -> UInt8 {
    contrast < threshold ? 0 : contrast > threshold ? 2 : 1
  }
}
