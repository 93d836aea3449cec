import Glibc
public import Kernels
public import StereoCore
import Tensors

/// The confidence that comes out of every method: the probability that a disparity is within 1 pixel of the truth, with evidence
/// from the images in it.
///
///     confidence = seen · 1 / (1 + exp(−z)),   seen = u / (1 + u),   u = (s / 0.35)⁶
///     z = b₀ + b₁ o − b₂ ln(1 − ρ) + b₃ log₂(1 + c)
///
/// with ρ, s and c of ``SharedTexture`` at the final disparities, and o the method's own measure: the logit of the confidence that it
/// computes from its costs or its distribution, or a constant for pixels that failed a check or were filled. Where the images
/// show nothing alike the confidence is 0, whatever the method says: a smooth map is no evidence. The probability within 3 pixels
/// follows by ``StereoCore/ConfidenceMap/withinThreePixels(_:)``.
///
/// The coefficients are those of logistic regressions, one for a family of methods, over KITTI 2012, KITTI 2015 and Middlebury's training
/// scenes, the three data sets with one weight. `Models/training/confidence/fit_seen.py` makes them and prints the tables.
public struct SeenConfidence: Sendable, Equatable {
  /// b₀.
  public var bias: Float
  /// b₁.
  public var ofOwn: Float
  /// b₂.
  public var ofAgreement: Float
  /// b₃.
  public var ofEnergy: Float
  /// o of pixels that failed a check or were filled.
  public var doubtful: Float

  /// - Parameters:
  ///   - bias: b₀.
  ///   - ofOwn: b₁.
  ///   - ofAgreement: b₂.
  ///   - ofEnergy: b₃.
  ///   - doubtful: o of pixels that failed a check or were filled.
  public init(bias: Float, ofOwn: Float, ofAgreement: Float, ofEnergy: Float, doubtful: Float) {
    self.bias = bias
    self.ofOwn = ofOwn
    self.ofAgreement = ofAgreement
    self.ofEnergy = ofEnergy
    self.doubtful = doubtful
  }

  /// What makes a pixel doubtful.
  static let doubts: Validity = [.occlusion, .mismatch, .outOfView, .speckle, .filled]
  /// The confidences that a method's own are cut off to, so that their logits are finite.
  private static let certain: ClosedRange<Float> = 0.001...0.999
  /// Likeness at which the images say half of what they can, see `seen`.
  private static let half: Float = 0.35

  /// What the confidence of a result holds before it is weighed.
  public enum Own: Sendable {
    /// Probabilities.
    case probabilities
    /// Their logits.
    case logits
  }

  /// Replaces the confidence of `result`, which the method itself computed, by the one with evidence.
  ///
  /// A pixel without disparity has 0.
  ///
  /// - Parameter own: what the confidence of `result` holds.
  public func weigh(
    _ result: inout StereoResult, holding own: Own = .probabilities, of pair: borrowing RectifiedPair,
    in context: ComputeContext
  ) {
    let texture = SharedTexture(pair, &result.left.disparities)
    let (width, height) = (texture.width, texture.height)
    let (values, stride) = (SharedPointer(result.confidence.values.mutableStorage), result.confidence.values.rowStride)
    let (labels, labelStride) = (SharedPointer(result.left.validity.mutableStorage), result.left.validity.rowStride)
    let model = self
    context.ranges(of: (height + 1) / 2, size: 16) { pairs in
      var said = [Evidence](repeating: Evidence(seen: 0, z: 0), count: width)
      texture.measure(pairs) { j, measures in
        for x in 0..<width { said[x] = model.evidence(measures[x]) }
        for y in 2 * j..<min(2 * j + 2, height) {
          let row = values.pointer + y * stride
          let (bits, map) = (labels.pointer + y * labelStride, texture.disparities.pointer + y * texture.stride)
          for x in 0..<width {
            let doubtful = !bits[x].isDisjoint(with: Self.doubts)
            let mine = doubtful ? model.doubtful : own == .logits ? row[x] : Self.logit(row[x])
            row[x] = map[x].isNaN ? 0 : said[x].seen * Logistic.of(said[x].z + model.ofOwn * mine)
          }
        }
      }
    }
  }

  /// ln(p / (1 − p)).
  static func logit(_ p: Float) -> Float {
    let p = min(max(p, certain.lowerBound), certain.upperBound)
    return log(p / (1 - p))
  }

  /// What the images say of one pixel: `seen`, and their part of z.
  struct Evidence {
    var seen: Float
    var z: Float
  }

  /// What measures say.
  func evidence(_ measure: SharedTexture.Measure) -> Evidence {
    let ratio = measure.likeness / Self.half
    let cube = ratio * ratio * ratio
    let z =
      bias + ofAgreement * Logistic.information(min(measure.agreement, 0.99))
      + ofEnergy * min(Logistic.octaves(1 + measure.energy), 8)
    return Evidence(seen: cube * cube / (1 + cube * cube), z: z)
  }
}
