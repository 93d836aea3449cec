public import Kernels
public import StereoCore
import Tensors

/// The mean over cross-shaped support regions that stop at edges of the image (CBCA).
///
/// From every pixel four arms go left, right, up and down: the next pixel always belongs to an arm if it is inside the
/// image; those further away do while |I − I₀| < τ₁ and the distance is less than L₁, I₀ being the intensity at the centre.
/// The support of a cell is the vertical arm of its pixel and, in each of those rows, the horizontal arm there; of the
/// supports of the left pixel and of its partner at that disparity the shorter arms count. Costs are averaged over it,
/// `iterations` times. Cells without cost are left out and stay without.
///
/// Sources: Zhang, Lu & Lafruit, Cross-based local stereo matching using orthogonal integral images, IEEE CSVT 2009;
/// Žbontar & LeCun, Stereo matching by training a convolutional neural network, JMLR 2016, section 4.1.
public struct CrossBased: CostAggregation {
  /// Distance L₁ at which an arm ends, pixels; it is not reached itself.
  public let armLimit: Int
  /// Difference of intensity τ₁ at which an arm ends.
  public let threshold: Float
  /// What `threshold` is measured in.
  public let unit: IntensityUnit
  /// How many times the costs are averaged.
  public let iterations: Int
  /// The longest arm for every iteration.
  public var margins: Margins {
    let reach = max(1, armLimit - 1) * iterations
    return Margins(horizontal: reach, vertical: reach)
  }

  /// - Parameters:
  ///   - armLimit: L₁, pixels; arms are at most max(1, L₁ − 1) long.
  ///   - threshold: τ₁, in `unit`.
  ///   - unit: what the threshold is measured in.
  ///   - iterations: how many times the costs are averaged.
  /// - Precondition: no number is negative, `armLimit` ≤ 2²⁰.
  public init(
    armLimit: Int, threshold: Float, unit: IntensityUnit = .grayLevels, iterations: Int = 2
  ) {
    precondition(
      (0...(1 << 20)).contains(armLimit) && threshold >= 0 && iterations >= 0,
      "CrossBased: arm limit \(armLimit), threshold \(threshold), \(iterations) iterations")
    self.armLimit = armLimit
    self.threshold = threshold
    self.unit = unit
    self.iterations = iterations
  }

  /// Mean costs, in the unit of `costs`.
  public func aggregate(
    _ costs: consuming CostVolume, guide: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume {
    precondition(
      guide.width == costs.width && guide.height == costs.height,
      "CrossBased: costs \(costs.height)×\(costs.width), guide \(guide.height)×\(guide.width)")
    guard iterations > 0 else { return costs }
    let left = arms(of: guide.leftGray, in: context)
    let right = arms(of: guide.rightGray, in: context)
    let mean = SupportRegionMean()
    for _ in 0..<iterations {
      switch costs.reference {
      case .left: mean.apply(to: &costs, own: left, other: right, in: context)
      case .right: mean.apply(to: &costs, own: right, other: left, in: context)
      }
    }
    return costs
  }

  /// The arms of every pixel of `image`.
  func arms(of image: borrowing Plane<UInt8>, in context: ComputeContext) -> Plane<SupportArms> {
    let limit = threshold == 0 ? 0 : threshold * unit.grayLevels(in: image)
    var arms = Plane(
      width: image.width, height: image.height, repeating: SupportArms(left: 0, right: 0, up: 0, down: 0))
    context.rows(of: &arms) { y, row in
      for x in row.indices {
        let centre = Float(image[y, x])
        func arm(_ dy: Int, _ dx: Int, room: Int) -> Int32 {
          var length = min(1, room)
          while length < room, length + 1 < armLimit {
            let next = Float(image[y + dy * (length + 1), x + dx * (length + 1)])
            if abs(next - centre) >= limit { break }
            length += 1
          }
          return Int32(length)
        }
        row[x] = SupportArms(
          left: arm(0, -1, room: x), right: arm(0, 1, room: image.width - 1 - x), up: arm(-1, 0, room: y),
          down: arm(1, 0, room: image.height - 1 - y))
      }
    }
    return arms
  }
}

extension CrossBased {
  /// How it is chosen by name; 17 pixels and 20 gray levels are Zhang, Lu & Lafruit's.
  static let step = StepDescription<any CostAggregation>(
    "cross-based", "the mean over a region that stops at edges of the image",
    [
      MethodParameter("arm-limit", "L1: where an arm of the region ends, pixels", .whole(0...1000), default: 17),
      MethodParameter(
        "arm-threshold", "τ1: difference of intensity at which an arm ends, gray levels", .number(0...255), default: 20),
      MethodParameter("aggregations", "how often costs are averaged", .whole(1...100), default: 2),
    ]
  ) { values in
    [
      CrossBased(
        armLimit: values.whole("arm-limit"), threshold: values.number("arm-threshold"),
        iterations: values.whole("aggregations"))
    ]
  }
}
