internal import CKernels
package import Tensors

/// For every pixel of a picture where in a source it comes from: the table of a remapping, made once and used for many frames.
package struct RemapTable: ~Copyable, Sendable {
  /// Columns of the picture.
  package let width: Int
  /// Rows of the picture.
  package let height: Int
  /// Columns of the source.
  package let sourceWidth: Int
  /// Rows of the source.
  package let sourceHeight: Int
  /// Places a direction that make a pixel, which gets their mean.
  package let fine: Int
  /// `[H · fine, W · fine]`: column, row and shares towards the next ones, 16 bits each, as `sd_remap_place`.
  let places: Plane<UInt64>

  /// No side of a source may be longer: places are kept in 16 bits.
  package static let greatestSide = Int(UInt16.max)

  /// Coordinates may lie so far outside the centres of the outermost pixels, pixels: rounding, not another place.
  private static let slack = 1.0 / 64

  /// - Parameters:
  ///   - fine: places a direction that make a pixel.
  ///   - place: column and row in the source for each column and row of the picture times `fine`; `nil` or outside the
  ///     source: from nowhere.
  /// - Precondition: sides of the source from 2 to ``greatestSide``.
  package init(
    width: Int, height: Int, sourceWidth: Int, sourceHeight: Int, fine: Int = 1,
    place: (_ x: Int, _ y: Int) -> (x: Double, y: Double)?
  ) {
    precondition(
      (2...Self.greatestSide).contains(sourceWidth) && (2...Self.greatestSide).contains(sourceHeight) && fine >= 1
        && width >= 0 && height >= 0, "RemapTable: a source of \(sourceWidth)×\(sourceHeight), \(fine) places")
    self.width = width
    self.height = height
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    self.fine = fine
    let nowhere = UInt64(SD_REMAP_NONE) << 32
    var places = Plane<UInt64>(width: width * fine, height: height * fine, repeating: nowhere)
    for y in 0..<places.height {
      var row = places.mutableRow(y)
      for x in row.indices {
        guard let (column, line) = place(x, y), let across = Self.packed(column, sourceWidth),
          let down = Self.packed(line, sourceHeight)
        else { continue }
        row[x] = across.whole | down.whole << 16 | across.share << 32 | down.share << 48
      }
    }
    self.places = places
  }

  /// A coordinate as the pixel before it and the share towards the next one; `nil` outside.
  private static func packed(_ coordinate: Double, _ extent: Int) -> (whole: UInt64, share: UInt64)? {
    let last = Double(extent - 1)
    guard coordinate >= -slack, coordinate <= last + slack else { return nil }
    let inside = min(max(coordinate, 0), last)
    let whole = min(Int(inside), extent - 2)
    let share = ((inside - Double(whole)) * Double(SD_REMAP_ONE)).rounded()
    return (UInt64(whole), UInt64(share))
  }

  /// 255 where the source has the whole pixel, else 0: `[H, W]`.
  package func mask() -> Plane<UInt8> {
    var mask = Plane<UInt8>(width: width, height: height, repeating: 255)
    for y in 0..<places.height {
      let row = places.row(y)
      var target = mask.mutableRow(y / fine)
      for x in row.indices where row[x] >> 32 & 0xFFFF == UInt64(SD_REMAP_NONE) { target[x / fine] = 0 }
    }
    return mask
  }
}

/// Pictures sampled between their pixels, where a table says.
package enum Remapping {
  /// How a value between samples is made.
  package enum Interpolation: Sendable {
    /// From four samples, linearly in both directions.
    case bilinear
    /// From sixteen samples by Keys' cubic with a = −0.75. Source: Keys, IEEE ASSP 1981.
    case bicubic

    /// As C has it.
    var code: sd_remap_interpolation { self == .bilinear ? SD_REMAP_BILINEAR : SD_REMAP_BICUBIC }
  }

  /// Samples `source` into `output`; pixels from nowhere become 0. The same bits for all instruction sets and threads.
  ///
  /// - Parameters:
  ///   - source: `[H, W · channels · sampleBytes]`, interleaved.
  ///   - output: the same for the table's picture.
  package static func remap(
    _ source: borrowing Plane<UInt8>, by table: borrowing RemapTable, channels: Int, sampleBytes: Int,
    _ interpolation: Interpolation, into output: inout Plane<UInt8>, in context: ComputeContext
  ) {
    let pixel = channels * sampleBytes
    precondition(
      (1...4).contains(channels) && (sampleBytes == 1 || sampleBytes == 2)
        && source.width == table.sourceWidth * pixel && source.height == table.sourceHeight
        && output.width == table.width * pixel && output.height == table.height,
      "remap: \(source.width)×\(source.height) bytes into \(output.width)×\(output.height) bytes")
    let shape = sd_remap(
      width: Int32(table.width), height: Int32(table.height), source_width: Int32(table.sourceWidth),
      source_height: Int32(table.sourceHeight), channels: Int32(channels), sample_bytes: Int32(sampleBytes),
      fine: Int32(table.fine), source_stride: source.rowStride, out_stride: output.rowStride)
    let memory = Unshared(value: (source.storage, table.places.storage, output.storage))
    let placeCount = table.places.count
    context.items(table.height) { row, _ in
      var shape = shape
      let (from, places, to) = memory.value
      UnsafeRawPointer(places).withMemoryRebound(
        to: sd_remap_place.self, capacity: placeCount
      ) { sd_remap(context.instructionSet.code, &shape, interpolation.code, from, $0, to, row) }
    }
  }
}
