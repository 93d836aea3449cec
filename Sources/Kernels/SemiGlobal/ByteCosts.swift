internal import CKernels
public import Tensors

/// Matching costs in bytes: `[H, W, depth]`, 0 … 254, ``noCost`` where there is none.
///
/// A quarter of the memory of floats, and of the time to read them. `depth` is the number of planes rounded up, so that a
/// pixel's costs fill whole vectors; the planes beyond the last have no cost.
public enum ByteCosts {
  /// Marks a cell without cost.
  public static let noCost = UInt8(SD_NO_COST)
  /// The greatest cost.
  public static let greatest = Int(SD_GREATEST_COST)

  /// Cells of a pixel with `planes` disparities.
  public static func depth(planes: Int) -> Int {
    let lanes = Int(SD_COST_LANES)
    return (planes + lanes - 1) / lanes * lanes
  }

  /// Row `y` of a volume from floats: (cost − offset) · scale rounded, ``noCost`` for NaN.
  ///
  /// - Parameter costs: `[W, planes]`.
  public static func fill(
    row y: Int, of volume: inout Volume<UInt8>, from costs: Span<Float>, planes: Int, offset: Float, scale: Float,
    instructionSet: InstructionSet
  ) {
    precondition(
      costs.count == volume.width * planes && volume.depth == depth(planes: planes) && y >= 0 && y < volume.height,
      "ByteCosts: \(costs.count) costs for \(volume.width) pixels with \(planes) planes in \(volume.depth) cells")
    let (to, width) = (volume.storage + y * volume.width * volume.depth, volume.width)
    costs.withUnsafeBufferPointer { costs in
      guard let base = costs.baseAddress else { return }
      fill(
        to, width: width, from: base, planes: planes, offset: offset, scale: scale, instructionSet: instructionSet)
    }
  }

  /// The same for one row, `[W, depth]` bytes.
  package static func fill(
    _ row: inout MutableSpan<UInt8>, from costs: Span<Float>, planes: Int, offset: Float, scale: Float,
    instructionSet: InstructionSet
  ) {
    let width = costs.count / planes
    precondition(
      costs.count == width * planes && row.count == width * depth(planes: planes),
      "ByteCosts: \(costs.count) costs with \(planes) planes into \(row.count) cells")
    row.withUnsafeMutableBufferPointer { row in
      costs.withUnsafeBufferPointer { costs in
        guard let base = costs.baseAddress, let cells = row.baseAddress else { return }
        fill(
          cells, width: width, from: base, planes: planes, offset: offset, scale: scale, instructionSet: instructionSet)
      }
    }
  }

  /// The same for a row of `width` pixels at `row`, `[W, depth]` bytes, from `[W, planes]` floats.
  package static func fill(
    _ row: UnsafeMutablePointer<UInt8>, width: Int, from costs: UnsafePointer<Float>, planes: Int, offset: Float,
    scale: Float, instructionSet: InstructionSet
  ) {
    sd_costs_to_bytes(
      instructionSet.code, costs, Int32(width), Int32(planes), Int32(depth(planes: planes)), offset, scale, row)
  }

  /// Moves a volume from the left image's pixels to the right one's, in place: right(x, k) = left(x + lower + k, k).
  public static func referenceRight(_ volume: inout Volume<UInt8>, lower: Int, in context: ComputeContext) {
    let (width, depth) = (volume.width, volume.depth)
    let base = SharedPointer(volume.storage)
    context.ranges(of: volume.height, size: 8) { band in
      let memory = context.scratch.take(bytes: width * depth)
      for y in band {
        let row = base.pointer + y * width * depth
        memory.bytes.update(from: row, count: width * depth)
        sd_reference_right(memory.bytes, Int32(width), Int32(depth), Int32(lower), row)
      }
      context.scratch.give(back: memory)
    }
  }
}
