internal import CKernels
public import Tensors

/// Checks and filters of maps of 16-bit disparities: sixteenths of a disparity index, ``noSixteenths`` for a hole.
///
/// A label is one byte whose bits are those of `StereoCore.Validity`, of whatever type.
public enum FixedPointDisparities {
  /// Left-right check: see `sd_check_row`.
  ///
  /// - Parameters:
  ///   - map: `[H, W]` winners of one image.
  ///   - other: `[H, W]` winners of the other image.
  ///   - isRight: whether `map` is the right image's.
  ///   - tolerance: the greatest difference that passes, sixteenths of a pixel.
  ///   - checked: `[H, W]`, the map without the pixels that fail.
  ///   - labels: `[H, W]`, why they fail.
  public static func check<Label>(
    _ map: borrowing Plane<UInt16>, against other: borrowing Plane<UInt16>, isRight: Bool, leastDisparity: Int,
    disparities: Int, tolerance: Int, checked: inout Plane<UInt16>, labels: inout Plane<Label>,
    in context: ComputeContext
  ) {
    let (width, stride) = (map.width, map.rowStride)
    requireOneSize(map, other)
    requireOneSize(map, checked)
    precondition(labels.width == width && labels.height == map.height, "FixedPointDisparities: labels of another size")
    let (own, partner) = (SharedPointer(map.storage), SharedPointer(other.storage))
    let (to, bits) = (SharedPointer(checked.mutableStorage), SharedPointer(bytes(of: &labels)))
    context.ranges(of: map.height, size: 16) { rows in
      for y in rows {
        sd_check_row(
          own.pointer + y * stride, partner.pointer + y * stride, Int32(width), Int32(leastDisparity),
          Int32(disparities), isRight ? 1 : 0, Int32(tolerance), to.pointer + y * stride, bits.pointer + y * width)
      }
    }
  }

  /// Median of 5 × 5 neighbours: see `sd_median5`.
  public static func median5(
    _ map: borrowing Plane<UInt16>, into result: inout Plane<UInt16>, in context: ComputeContext
  ) {
    requireOneSize(map, result)
    let (width, height, stride, isa) = (map.width, map.height, map.rowStride, context.instructionSet.code)
    let (from, to) = (SharedPointer(map.storage), SharedPointer(result.mutableStorage))
    context.ranges(of: height, size: 32) { rows in
      sd_median5(
        isa, from.pointer, Int32(width), Int32(height), stride, Int32(rows.lowerBound), Int32(rows.upperBound),
        to.pointer)
    }
  }

  /// Bytes of scratch that ``removeSpeckles(from:size:difference:labels:scratch:in:)`` needs.
  public static func speckleScratchBytes(width: Int, height: Int) -> Int {
    sd_speckles_scratch_bytes(Int32(width), Int32(height))
  }

  /// Makes holes of patches of up to `size` pixels: see `sd_speckles`.
  ///
  /// - Parameter scratch: one row of at least ``speckleScratchBytes(width:height:)`` bytes.
  public static func removeSpeckles<Label>(
    from map: inout Plane<UInt16>, size: Int, difference: Int, labels: inout Plane<Label>,
    scratch: inout Plane<UInt8>, in context: ComputeContext
  ) {
    precondition(
      labels.width == map.width && labels.height == map.height, "FixedPointDisparities: labels of another size")
    precondition(
      scratch.count >= speckleScratchBytes(width: map.width, height: map.height),
      "FixedPointDisparities: too little scratch")
    let (height, band) = (map.height, 32)
    let call = SharedSpeckles(
      sd_speckles(
        map: map.mutableStorage, width: Int32(map.width), height: Int32(height), stride: map.rowStride,
        size: Int32(size), difference: Int32(difference), labels: bytes(of: &labels), labels_stride: labels.width,
        scratch: scratch.mutableStorage))
    context.ranges(of: height, size: band) { rows in
      withUnsafePointer(to: call.call) { sd_speckles_cut($0, Int32(rows.lowerBound), Int32(rows.upperBound)) }
    }
    for y in stride(from: band, to: height, by: band) {
      withUnsafePointer(to: call.call) { sd_speckles_seam($0, Int32(y)) }
    }
    context.ranges(of: height, size: band) { rows in
      withUnsafePointer(to: call.call) { sd_speckles_erase($0, Int32(rows.lowerBound), Int32(rows.upperBound)) }
    }
  }

  /// Fills holes with the background, as the KITTI development kit does, and labels them: see `sd_fill_row`. Rows without
  /// any disparity above the first and below the last row that has one take that row; others stay.
  public static func fill<Label>(_ map: inout Plane<UInt16>, labels: inout Plane<Label>, in context: ComputeContext) {
    precondition(
      labels.width == map.width && labels.height == map.height, "FixedPointDisparities: labels of another size")
    let (width, height) = (map.width, map.height)
    guard width > 0 else { return }
    let (rows, bits) = (SharedPointer(map.mutableStorage), SharedPointer(bytes(of: &labels)))
    context.ranges(of: height, size: 16) { band in
      for y in band { sd_fill_row(rows.pointer + y * width, Int32(width), bits.pointer + y * width) }
    }
    let known = (0..<height).lazy.filter { rows.pointer[$0 * width] != noSixteenths }
    guard let first = known.first, let last = known.last else { return }
    for y in 0..<height where y < first || y > last {
      (rows.pointer + y * width).update(from: rows.pointer + (y < first ? first : last) * width, count: width)
      for x in 0..<width { bits.pointer[y * width + x] |= UInt8(SD_LABEL_FILLED) }
    }
  }

  /// Pixels of `map` that have a disparity and a label with any of `doubtful` receive the bits of `more`.
  public static func label<Label>(
    _ doubtful: UInt8, with more: UInt8, labels: inout Plane<Label>, over map: borrowing Plane<UInt16>,
    in context: ComputeContext
  ) {
    precondition(
      labels.width == map.width && labels.height == map.height, "FixedPointDisparities: labels of another size")
    precondition(map.rowStride == map.width, "FixedPointDisparities: rows apart")
    let (width, from, bits) = (map.width, SharedPointer(map.storage), SharedPointer(bytes(of: &labels)))
    context.ranges(of: map.height, size: 64) { rows in
      for i in rows.lowerBound * width..<rows.upperBound * width
      where bits.pointer[i] & doubtful != 0 && from.pointer[i] != noSixteenths {
        bits.pointer[i] |= more
      }
    }
  }

  /// Makes holes of the pixels whose label has any of `doubtful`.
  public static func erase<Label>(
    _ doubtful: UInt8, of labels: inout Plane<Label>, from map: inout Plane<UInt16>, in context: ComputeContext
  ) {
    precondition(
      labels.width == map.width && labels.height == map.height, "FixedPointDisparities: labels of another size")
    let (width, to, bits) = (map.width, SharedPointer(map.mutableStorage), SharedPointer(bytes(of: &labels)))
    context.ranges(of: map.height, size: 64) { rows in
      for i in rows.lowerBound * width..<rows.upperBound * width where bits.pointer[i] & doubtful != 0 {
        to.pointer[i] = noSixteenths
      }
    }
  }

  /// The map in pixels, NaN for holes.
  public static func present(
    _ map: borrowing Plane<UInt16>, leastDisparity: Int, into disparities: inout Plane<Float>,
    in context: ComputeContext
  ) {
    let (width, stride) = (map.width, map.rowStride)
    precondition(disparities.width == width && disparities.height == map.height, "FixedPointDisparities: another size")
    let (from, to) = (SharedPointer(map.storage), SharedPointer(disparities.mutableStorage))
    context.ranges(of: map.height, size: 16) { rows in
      for y in rows {
        sd_present_row(from.pointer + y * stride, Int32(width), Int32(leastDisparity), to.pointer + y * width)
      }
    }
  }

  /// The probability that a disparity is right: `values[label has none of doubts ? sum : 256]`.
  ///
  /// - Parameters:
  ///   - sums: `[H, W]` sums of path costs.
  ///   - labels: `[H, W]` what is known against the disparities.
  ///   - doubts: bits of a label that make a pixel doubtful.
  ///   - values: 257 probabilities: by sum, and that of doubtful pixels.
  ///   - confidence: `[H, W]`.
  public static func confidence<Label>(
    ofSums sums: borrowing Plane<UInt8>, labels: inout Plane<Label>, doubts: UInt8, values: [Float],
    into confidence: inout Plane<Float>, in context: ComputeContext
  ) {
    let (width, height, stride) = (sums.width, sums.height, sums.rowStride)
    precondition(values.count == 257, "FixedPointDisparities: \(values.count) probabilities, not 257")
    precondition(
      labels.width == width && labels.height == height && confidence.width == width && confidence.height == height,
      "FixedPointDisparities: sums, labels and confidence of different sizes")
    let (from, bits) = (SharedPointer(sums.storage), SharedPointer(bytes(of: &labels)))
    let to = SharedPointer(confidence.mutableStorage)
    context.ranges(of: height, size: 16) { rows in
      values.withUnsafeBufferPointer { values in
        for y in rows {
          for x in 0..<width {
            let doubtful = bits.pointer[y * width + x] & doubts != 0
            to.pointer[y * width + x] = values[doubtful ? 256 : Int(from.pointer[y * stride + x])]
          }
        }
      }
    }
  }

  /// The labels as the bytes that they are.
  private static func bytes<Label>(of labels: inout Plane<Label>) -> UnsafeMutablePointer<UInt8> {
    precondition(
      MemoryLayout<Label>.stride == 1, "FixedPointDisparities: labels of \(MemoryLayout<Label>.stride) bytes")
    return UnsafeMutableRawPointer(labels.mutableStorage).assumingMemoryBound(to: UInt8.self)
  }

  private static func requireOneSize(_ a: borrowing Plane<UInt16>, _ b: borrowing Plane<UInt16>) {
    precondition(
      a.width == b.width && a.height == b.height && a.rowStride == b.rowStride,
      "FixedPointDisparities: \(a.height)×\(a.width) and \(b.height)×\(b.width)")
  }
}

/// A call that crosses threads: each band writes its own rows.
private struct SharedSpeckles: @unchecked Sendable {
  let call: sd_speckles

  init(_ call: sd_speckles) { self.call = call }
}
