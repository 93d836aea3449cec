import Glibc
public import Kernels
public import StereoCore
import Tensors

/// Absolute difference and census together, each squeezed into 0 … 1.
///
///     C = ρ(C_census, λ_census) + ρ(C_AD, λ_AD),    ρ(c, λ) = 1 − exp(−c / λ)
///
/// Census tells repeated structure and different exposure apart from a match, the intensity decides where the window
/// has little texture or straddles an edge. C_AD is the difference of gray levels here, of the mean over the colours in
/// the paper. Costs are 0 … 2 without unit.
///
/// Source: Mei, Sun, Zhou, Jiao, Wang & Zhang, On building an accurate stereo matching system on graphics hardware,
/// ICCV Workshops 2011, eq. 1–3, with its λ_census = 30 bits and λ_AD = 10 gray levels.
public struct ADCensus: MatchingCost {
  /// Window and kind of comparison of the census part.
  public var transform: CensusTransform
  /// Scale of the census part, bits.
  public var censusScale: Float
  /// Scale of the intensity part, gray levels.
  public var differenceScale: Float
  /// The census window's radii.
  public var margins: Margins {
    Margins(horizontal: transform.window.horizontalRadius, vertical: transform.window.verticalRadius)
  }

  /// - Parameters:
  ///   - transform: the census part.
  ///   - censusScale: λ_census, bits.
  ///   - differenceScale: λ_AD, gray levels.
  /// - Precondition: both scales are positive.
  public init(
    transform: CensusTransform = CensusTransform(window: .nineBySeven), censusScale: Float = 30,
    differenceScale: Float = 10
  ) {
    precondition(
      censusScale > 0 && differenceScale > 0, "ADCensus: scales \(censusScale) bits, \(differenceScale) gray levels")
    self.transform = transform
    self.censusScale = censusScale
    self.differenceScale = differenceScale
  }

  /// `[H, W, D]` costs, 0 … 2.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    let leftCensus = transform(pair.leftGray, in: context)
    let rightCensus = transform(pair.rightGray, in: context)
    // ρ of every possible argument: whole bits and whole gray levels.
    let ofBits = (0...64).map { Self.robust(Float($0), censusScale) }
    let ofDifference = (0...255).map { Self.robust(Float($0), differenceScale) }
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    context.rows(of: &costs) { y, row in
      let (left, right) = (leftCensus.row(y), rightCensus.row(y))
      let (leftGray, rightGray) = (pair.leftGray.row(y), pair.rightGray.row(y))
      for x in 0..<width {
        for k in range.planes(reachableFrom: x, width: width, reference: .left) {
          let partner = x - lower - k
          let bits = (left[x] ^ right[partner]).nonzeroBitCount
          let difference = abs(Int(leftGray[x]) - Int(rightGray[partner]))
          row[x * count + k] = ofBits[bits] + ofDifference[difference]
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }

  /// ρ(c, λ) = 1 − exp(−c / λ), 0 … 1.
  static func robust(_ cost: Float, _ scale: Float) -> Float { 1 - exp(-cost / scale) }
}

extension ADCensus {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "ad-census", "census, with the intensity where there is little texture",
    CensusTransform.parameters + [
      MethodParameter("census-scale", "λ of the census part, bits", .number(0.01...1e4), default: 30),
      MethodParameter("difference-scale", "λ of the intensity part, gray levels", .number(0.01...1e4), default: 10),
    ], suits: ["p1": 0.2, "p2": 2]
  ) { values in
    [
      ADCensus(
        transform: CensusTransform(values), censusScale: values.number("census-scale"),
        differenceScale: values.number("difference-scale"))
    ]
  }
}
