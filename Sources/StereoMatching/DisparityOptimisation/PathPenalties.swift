/// What a change of disparity between two neighbours on a path costs: P1 for one step, P2 for more.
///
/// All are in the unit of the matching cost. P2 is never used below P1.
public enum PathPenalties: Sendable, Equatable {
  /// The same everywhere.
  case constant(p1: Float, p2: Float)

  /// P2 is less where the intensity changes, since depth mostly changes there too:
  ///
  ///     P2' = max(P2 / max(|ΔI|, 1), floor)
  ///
  /// with |ΔI| the difference of the two neighbours in the reference image, gray levels.
  /// Source: Hirschmüller, Stereo processing by semiglobal matching and mutual information, PAMI 2008, section 2.3
  /// (which asks for P2' ≥ P1; the floor generalises that).
  case gradientAdaptive(p1: Float, p2: Float, floor: Float)

  /// P2 by the difference of the two neighbours in the reference image, 0 … 255 gray levels: 256 values.
  case byDifference(p1: Float, p2: [Float])

  /// Three classes by the contrast in both images, as in MC-CNN.
  case contrastClasses(ContrastClasses)

  /// Penalties by contrast in both images.
  ///
  /// D1 is the difference of the two neighbours in the reference image, D2 that of their partners at the disparity in
  /// question in the other image (10 if one of those is outside), in standard deviations of each image.
  ///
  ///     D1 < D and D2 < D     P1 = p1               P2 = p2
  ///     D1 > D and D2 > D     P1 = p1 / (q1 · q2)   P2 = p2 / (q1 · q2)
  ///     otherwise             P1 = p1 / q1          P2 = p2 / q1
  ///
  /// and on vertical paths P1 is divided by V for a step against the usual slant of the ground: for d − 1 when going
  /// down, for d + 1 when going up.
  ///
  /// Source: Žbontar & LeCun, JMLR 2016, section 4.2, with P2 as their program takes it (`sgm2`), not p1 · p2.
  public struct ContrastClasses: Sendable, Equatable {
    /// Penalty of one step where neither image has contrast.
    public var p1: Float
    /// Penalty of a larger step where neither image has contrast.
    public var p2: Float
    /// Divisor where one image has contrast.
    public var q1: Float
    /// Further divisor where both have.
    public var q2: Float
    /// Divisor V of P1 for steps against the slant of the ground on vertical paths.
    public var verticalDivisor: Float
    /// Contrast D, standard deviations.
    public var threshold: Float

    /// - Parameters:
    ///   - p1: penalty of one step where neither image has contrast.
    ///   - p2: penalty of a larger step where neither image has contrast.
    ///   - q1: divisor where one image has contrast.
    ///   - q2: further divisor where both have.
    ///   - verticalDivisor: divisor of P1 for steps against the slant of the ground on vertical paths.
    ///   - threshold: contrast, standard deviations.
    public init(p1: Float, p2: Float, q1: Float, q2: Float, verticalDivisor: Float, threshold: Float) {
      self.p1 = p1
      self.p2 = p2
      self.q1 = q1
      self.q2 = q2
      self.verticalDivisor = verticalDivisor
      self.threshold = threshold
    }
  }
}

/// The penalties of one step along a path, seen from the pixel it leads to.
struct StepPenalties: Equatable {
  /// For coming from disparity d − 1.
  var fromBelow: Float
  /// For coming from disparity d + 1.
  var fromAbove: Float
  /// For coming from any disparity.
  var jump: Float

  init(p1: Float, p2: Float) {
    fromBelow = p1
    fromAbove = p1
    jump = max(p2, p1)
  }

  /// - Parameter dy: rows that the path goes on with this step.
  init(_ classes: PathPenalties.ContrastClasses, divisor: Float, dy: Int) {
    self.init(p1: classes.p1 / divisor, p2: classes.p2 / divisor)
    if dy > 0 { fromBelow /= classes.verticalDivisor }
    if dy < 0 { fromAbove /= classes.verticalDivisor }
  }
}
