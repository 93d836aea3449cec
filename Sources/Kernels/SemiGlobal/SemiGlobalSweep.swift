internal import CKernels
package import Tensors

/// Marks a pixel without disparity in a map of sixteenths.
public let noSixteenths: UInt16 = 65535

/// The most disparities that fit a map of sixteenths.
public let greatestSweepCount = 4095

/// Semi-global matching without a cost volume: see `semi_global_sweep.c`.
///
/// Bands of rows are independent; their number depends on the height of the image alone, so the result does not depend
/// on the number of threads.
public struct SemiGlobalSweep: Sendable {
  /// What is computed.
  public let settings: SweepSettings
  private let pattern: [Int8]

  /// - Parameter settings: what is computed.
  public init(settings: SweepSettings) {
    self.settings = settings
    pattern = settings.pattern.flatMap { [$0.first.dy, $0.first.dx, $0.second.dy, $0.second.dx] }
  }

  /// Rows of a band for an image of `height` rows: an even number of bands of equal size, so that two threads share them.
  public func bandRows(height: Int) -> Int {
    let bands = 2 * max(1, (height + 2 * settings.bandRows - 1) / (2 * settings.bandRows))
    return max(1, (height + bands - 1) / bands)
  }

  /// Bytes that every thread needs.
  public func scratchBytes(width: Int, height: Int, disparities: Int, instructionSet: InstructionSet) -> Int {
    var call = sd_sweep()
    call.width = Int32(width)
    call.height = Int32(height)
    call.disparities = Int32(disparities)
    call.bits = Int32(settings.pattern.count)
    call.paths = Int32(settings.paths.rawValue)
    return sd_sweep_scratch_bytes(instructionSet.code, &call, Int32(bandRows(height: height)))
  }

  /// Winners of both images.
  ///
  /// - Parameters:
  ///   - left: `[H, W]` gray.
  ///   - right: `[H, W]` gray.
  ///   - leastDisparity: the disparity of index 0, pixels.
  ///   - disparities: D, 1 … 4095.
  ///   - leftSixteenths: `[H, W]`, sixteenths of an index, with sub-pixel interpolation.
  ///   - rightSixteenths: `[H, W]`, whole indices times 16; ``noSixteenths`` where no left pixel was compared.
  ///   - leastSums: `[H, W]`, the left winner's sum of path costs (of their halves, with eight paths).
  ///   - sums: `nil`, or memory for all of these sums, `[H][W][disparities]` bytes.
  /// - Precondition: all planes have one size; the outputs are contiguous.
  package func match(
    left: borrowing Plane<UInt8>, right: borrowing Plane<UInt8>, leastDisparity: Int, disparities: Int,
    leftSixteenths: inout Plane<UInt16>, rightSixteenths: inout Plane<UInt16>, leastSums: inout Plane<UInt8>,
    sums: PathSums? = nil, in context: ComputeContext
  ) {
    let (width, height) = (left.width, left.height)
    precondition(
      right.width == width && right.height == height && leftSixteenths.width == width
        && leftSixteenths.height == height && rightSixteenths.width == width && rightSixteenths.height == height
        && leastSums.width == width && leastSums.height == height, "SemiGlobalSweep: planes unlike \(height)×\(width)")
    precondition(
      disparities >= 1 && disparities <= greatestSweepCount, "SemiGlobalSweep: \(disparities) disparities")
    guard width > 0, height > 0 else { return }
    let outputs = (leftSixteenths.mutableStorage, rightSixteenths.mutableStorage, leastSums.mutableStorage)
    pattern.withUnsafeBufferPointer { pattern in
      settings.p2.withUnsafeBufferPointer { p2 in
        let call = SharedCall(
          sd_sweep(
            left: left.storage, right: right.storage, left_stride: left.rowStride, right_stride: right.rowStride,
            width: Int32(width), height: Int32(height), least_disparity: Int32(leastDisparity),
            disparities: Int32(disparities), pattern: pattern.baseAddress, bits: Int32(settings.pattern.count),
            paths: Int32(settings.paths.rawValue), p1: settings.p1, p2: p2.baseAddress,
            settling_rows: Int32(settings.settlingRows), left_disparities: outputs.0, right_disparities: outputs.1,
            least_sums: outputs.2, disparity_stride: width, sums: sums?.base))
        run(call, height: height, in: context)
      }
    }
  }

  /// Runs the bands over the threads.
  private func run(_ call: SharedCall, height: Int, in context: ComputeContext) {
    let rows = bandRows(height: height)
    var copy = call.call
    let isa = context.instructionSet.code
    let bytes = sd_sweep_scratch_bytes(isa, &copy, Int32(rows))
    context.ranges(of: height, size: rows) { band in
      let memory = context.scratch.take(bytes: bytes)
      var call = call.call
      sd_sweep_band(isa, &call, Int32(band.lowerBound), Int32(band.upperBound), memory.bytes)
      context.scratch.give(back: memory)
    }
  }
}

/// A call that crosses threads: each band writes its own rows.
private struct SharedCall: @unchecked Sendable {
  let call: sd_sweep

  init(_ call: sd_sweep) { self.call = call }
}
