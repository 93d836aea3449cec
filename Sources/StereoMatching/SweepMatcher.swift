import Glibc
public import Kernels
public import StereoCore
import Tensors

/// Census, semi-global matching and refinement without a cost volume: the `sgm` method's fast presets.
///
/// 1. ``Kernels/SemiGlobalSweep``: census, Hamming distance, three to eight paths, winners of both images;
/// 2. left-right check (2.1 pixels) with occlusions and mismatches told apart;
/// 3. median of 5 × 5 pixels, removal of small patches and of those that the border's ``UnseenBorder`` distrusts; where it is asked
///    for, background fill and the median once more.
///
/// Memory: about 30 bytes a pixel for maps, and for every thread a few rows of width × range bytes (with paths from
/// below, a band of rows); no memory grows with height × width × range, none is allocated after the first frame of a size.
///
/// Source: Hirschmüller, Stereo processing by semi-global matching and mutual information, TPAMI 2008.
public final class SweepMatcher: StereoMethod {
  /// The disparities that it searches.
  public let range: DisparityRange
  /// Threads, instruction set, filling.
  public let options: MatchingOptions
  /// Patches of up to this many pixels are removed; 0: the winners stay as they are, unchecked and unfiltered.
  public let speckleSize: Int

  private let sweep: SemiGlobalSweep
  private let probabilities: [Float]
  private var left = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var right = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var checked = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var leastSums = Plane<UInt8>(width: 0, height: 0, repeating: 0)
  private var scratch = Plane<UInt8>(width: 0, height: 0, repeating: 0)
  private var borderPatches = BorderPatches()

  /// The greatest difference of both images' disparities, sixteenths of a pixel.
  static let tolerance = 34
  /// The greatest difference of neighbours in one patch, sixteenths of a pixel.
  static let patchDifference = 16

  /// What makes a disparity doubtful, so that its costs say little.
  static let doubts: Validity = [.occlusion, .mismatch, .outOfView, .speckle]

  /// The probability that a disparity is right by the winner's sum of path costs, and that of doubtful ones.
  ///
  /// With m the mean cost of a path, bits of the census: 1 / (1 + exp(a m − b)), fitted to the share of KITTI 2012
  /// training pixels (every third of 000000–000119) within 3 px of the truth and of Middlebury's training scenes within
  /// 1.5 px, both data sets alike. Of the disparities that pixels with a failed check were filled with 62 in 100 are right.
  /// On the validation frames and scenes the mean difference to the share that is right is 2 and 3 in 100 (bins of 2 bits).
  /// `Models/training/confidence/fit_sweep.py` makes the numbers.
  static func probabilities(paths: SweepSettings.Paths) -> [Float] {
    let (summed, a, b): (Float, Float, Float) = paths == .three ? (3, 0.125, 4.82) : (4, 0.110, 4.91)
    return (0..<256).map { 1 / (1 + exp(a * Float($0) / summed - b)) } + [0.62]
  }

  /// - Parameters:
  ///   - settings: census, paths, penalties.
  ///   - speckleSize: the largest patch that is removed, pixels; 0: no check and no filter at all.
  ///   - range: the disparities to search.
  ///   - options: threads, instruction set, filling.
  /// - Throws: ``StereoError/invalidRange(minimum:maximum:reason:)`` for more than 4095 disparities.
  public init(
    settings: SweepSettings, speckleSize: Int = 100, range: DisparityRange, options: MatchingOptions = MatchingOptions()
  ) throws(StereoError) {
    guard range.count <= greatestSweepCount else {
      throw .invalidRange(
        minimum: range.lowerBound, maximum: range.upperBound,
        reason: "semi-global sweeps search at most \(greatestSweepCount) disparities")
    }
    self.range = range
    self.options = options
    self.speckleSize = speckleSize
    sweep = SemiGlobalSweep(settings: settings)
    probabilities = Self.probabilities(paths: settings.paths)
  }

  /// Maps of both images and of labels, and the scratch memory of every thread.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    let pixels = size.width * size.height
    let bytes = sweep.scratchBytes(
      width: size.width, height: size.height, disparities: range.count, instructionSet: options.instructionSet)
    return RunPlan(stages: [
      RunPlan.Stage(name: "sweep", bytes: options.parallel.threads * bytes + 24 * pixels, multiplyAdds: 0),
      RunPlan.Stage(
        name: "refinement",
        bytes: options.parallel.threads * bytes + 24 * pixels
          + FixedPointDisparities.speckleScratchBytes(width: size.width, height: size.height), multiplyAdds: 0),
    ])
  }

  /// Matches one pair.
  ///
  /// - Throws: ``StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    try match(pair, into: &result, progress: progress, sums: nil)
    guard options.fill && speckleSize > 0 else { return }
    FixedPointDisparities.label(
      Self.doubts.rawValue, with: Validity.filled.rawValue, labels: &result.left.validity, in: checked,
      parallel: options.parallel)
  }

  /// Matches one pair and keeps the sums of path costs, `[H][W][disparities]` bytes, where `sums` points.
  ///
  /// Small holes that the median closed are not labelled as filled here, and where `sums` are kept ``UnseenBorder`` does nothing:
  /// ModuleNet learned from such maps.
  ///
  /// - Throws: ``StereoError/cancelled``.
  package func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress,
    sums: UnsafeMutablePointer<UInt8>?
  ) throws(StereoError) {
    prepare(pair.size)
    result.prepare(size: pair.size, range: range)
    sweep.match(
      left: pair.leftGray, right: pair.rightGray, leastDisparity: range.lowerBound, disparities: range.count,
      leftSixteenths: &left, rightSixteenths: &right, leastSums: &leastSums, sums: sums,
      parallel: options.parallel, instructionSet: options.instructionSet)
    try progress.advance("sweep", 0.8)
    if options.rightMap {
      refineRight(into: &result.right, distrustsBorder: sums == nil)
    } else {
      result.right.disparities.fill(.nan)
    }
    refineLeft(into: &result.left, distrustsBorder: sums == nil)
    FixedPointDisparities.confidence(
      ofSums: leastSums, labels: &result.left.validity, doubts: Self.doubts.rawValue, values: probabilities,
      into: &result.confidence.values, parallel: options.parallel)
    try progress.advance("refinement", 1)
  }

  /// Memory for images of `size`.
  private func prepare(_ size: PixelSize) {
    left.resize(width: size.width, height: size.height)
    right.resize(width: size.width, height: size.height)
    checked.resize(width: size.width, height: size.height)
    leastSums.resize(width: size.width, height: size.height)
    let bytes = FixedPointDisparities.speckleScratchBytes(width: size.width, height: size.height)
    scratch.resize(width: speckleSize > 0 ? bytes : 0, height: 1)
  }

  /// The right image's map: checked, its holes filled.
  private func refineRight(into map: inout DisparityMap, distrustsBorder: Bool) {
    let parallel = options.parallel
    FixedPointDisparities.check(
      right, against: left, isRight: true, leastDisparity: range.lowerBound, disparities: range.count,
      tolerance: Self.tolerance, checked: &checked, labels: &map.validity, parallel: parallel)
    if speckleSize > 0 && distrustsBorder {
      borderPatches.refine(
        &checked, labels: &map.validity, of: .right, over: range, fills: options.fill, parallel: parallel)
    }
    if speckleSize > 0 && options.fill {
      FixedPointDisparities.fill(&checked, labels: &map.validity, parallel: parallel)
    }
    if speckleSize > 0 {
      FixedPointDisparities.present(
        checked, leastDisparity: range.lowerBound, into: &map.disparities, parallel: parallel)
    } else {
      FixedPointDisparities.present(right, leastDisparity: range.lowerBound, into: &map.disparities, parallel: parallel)
    }
  }

  /// The left image's map: checked, filtered, filled.
  private func refineLeft(into map: inout DisparityMap, distrustsBorder: Bool) {
    let parallel = options.parallel
    FixedPointDisparities.check(
      left, against: right, isRight: false, leastDisparity: range.lowerBound, disparities: range.count,
      tolerance: Self.tolerance, checked: &checked, labels: &map.validity, parallel: parallel)
    if speckleSize > 0 {
      FixedPointDisparities.median5(checked, into: &left, parallel: parallel, instructionSet: options.instructionSet)
      FixedPointDisparities.removeSpeckles(
        from: &left, size: speckleSize, difference: Self.patchDifference, labels: &map.validity, scratch: &scratch,
        parallel: parallel)
      if distrustsBorder {
        borderPatches.refine(
          &left, labels: &map.validity, of: .left, over: range, fills: options.fill, parallel: parallel)
      }
    }
    guard speckleSize > 0 && options.fill else {
      if speckleSize > 0 {
        // The median closed small holes; without filling they stay open.
        FixedPointDisparities.erase(Self.doubts.rawValue, of: &map.validity, from: &left, parallel: parallel)
      }
      FixedPointDisparities.present(left, leastDisparity: range.lowerBound, into: &map.disparities, parallel: parallel)
      return
    }
    FixedPointDisparities.fill(&left, labels: &map.validity, parallel: parallel)
    FixedPointDisparities.median5(left, into: &checked, parallel: parallel, instructionSet: options.instructionSet)
    FixedPointDisparities.present(checked, leastDisparity: range.lowerBound, into: &map.disparities, parallel: parallel)
  }
}
