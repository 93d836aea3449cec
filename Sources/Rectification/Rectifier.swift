import Kernels
public import StereoCore
public import Tensors

/// Makes rectified images of raw ones: the maps of both cameras, made once for a rig and used for every frame.
///
/// A rectified pixel is interpolated between raw ones; where it covers more than two raw pixels in a direction, it is the mean
/// of as many places. Pixels that the raw camera did not see are 0, and ``mask(_:)`` says so.
public final class Rectifier: Sendable {
  /// How values between raw pixels are made.
  public enum Interpolation: String, CaseIterable, Sendable {
    /// From four pixels.
    case bilinear
    /// From sixteen pixels: sharper.
    case bicubic
  }

  /// What it carries out.
  public let rectification: Rectification
  /// How values between raw pixels are made.
  public let interpolation: Interpolation
  private let left: RemapTable
  private let right: RemapTable
  private let context: ComputeContext

  /// - Parameters:
  ///   - rectification: what to carry out.
  ///   - interpolation: how values between raw pixels are made.
  ///   - parallel: the threads to use.
  ///   - instructionSet: the vector instructions to use.
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` for raw images with a side below 2 or above 65535.
  public init(
    _ rectification: Rectification, interpolation: Interpolation = .bilinear, parallel: Parallel = Parallel(),
    instructionSet: InstructionSet = .best
  ) throws(StereoError) {
    let raw = rectification.rig.left.size
    guard (2...RemapTable.greatestSide).contains(raw.width), (2...RemapTable.greatestSide).contains(raw.height) else {
      throw .invalidImage(
        operation: "rectifying", expected: "raw images with sides of 2 to \(RemapTable.greatestSide)", found: "\(raw)")
    }
    self.rectification = rectification
    self.interpolation = interpolation
    left = Self.table(rectification, .left)
    right = Self.table(rectification, .right)
    context = ComputeContext(instructionSet: instructionSet, parallel: parallel)
  }

  /// The most places a direction that make a pixel.
  private static let greatestFine = 16

  private static func table(_ rectification: Rectification, _ side: RigSide) -> RemapTable {
    let rays = RayMap(rectification, side)
    let (size, raw) = (rectification.size, rectification.rig.left.size)
    func place(_ x: Double, _ y: Double) -> SIMD2<Double>? { rays.source(of: SIMD2(x, y)) }
    /// Raw pixels that the rectified pixel covers along its longer side.
    func cover(_ x: Double, _ y: Double) -> Double {
      guard let a = place(x - 0.5, y), let b = place(x + 0.5, y), let c = place(x, y - 0.5), let d = place(x, y + 0.5)
      else { return 0 }
      return max((b - a).radius, (d - c).radius)
    }
    var greatest = 0.0
    for y in stride(from: 0, to: size.height, by: max(1, size.height / 32)) {
      for x in stride(from: 0, to: size.width, by: max(1, size.width / 32)) {
        greatest = max(greatest, cover(Double(x), Double(y)))
      }
    }
    let fine = greatest > 2 ? min(Int(greatest.rounded(.up)), greatestFine) : 1
    return RemapTable(
      width: size.width, height: size.height, sourceWidth: raw.width, sourceHeight: raw.height, fine: fine
    ) { x, y in
      let (column, row) = (Double(x / fine), Double(y / fine))
      // Where the mean is not needed all places are the pixel's own.
      guard fine > 1, cover(column, row) > 2 else { return place(column, row).map { ($0.x, $0.y) } }
      func part(_ index: Int) -> Double { (Double(index % fine) + 0.5) / Double(fine) - 0.5 }
      return place(column + part(x), row + part(y)).map { ($0.x, $0.y) }
    }
  }

  /// 255 where a rectified pixel shows the raw image, 0 where there was none: `[H, W]`.
  public func mask(_ side: RigSide) -> Plane<UInt8> { side == .left ? left.mask() : right.mask() }

  /// The rectified image of a raw one, of the same format.
  ///
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` if the raw image has not the size of the rig's.
  public func rectify(_ image: borrowing Image, _ side: RigSide) throws(StereoError) -> Image {
    var bytes = Plane<UInt8>(
      width: rectification.size.width * image.format.bytesPerPixel, height: rectification.size.height, repeating: 0)
    try rectify(image, side, into: &bytes)
    return Image(format: image.format, bytes: bytes, declaredWhite: image.declaredWhite, orientation: image.orientation)
  }

  /// Writes the rectified image of a raw one into memory that is there already; nothing is allocated.
  ///
  /// - Parameter bytes: `[H, W · bytesPerPixel]` of the rectified size.
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` if the raw image has not the size of the rig's.
  /// - Precondition: `bytes` has that shape.
  public func rectify(
    _ image: borrowing Image, _ side: RigSide, into bytes: inout Plane<UInt8>
  ) throws(StereoError) {
    let raw = rectification.rig.left.size
    guard image.size == raw else {
      throw .invalidImage(operation: "rectifying", expected: "an image of \(raw), as the rig's", found: "\(image.size)")
    }
    let sampleBytes = image.format.isWide ? 2 : 1
    let channels = image.format.bytesPerPixel / sampleBytes
    let interpolation: Remapping.Interpolation = interpolation == .bilinear ? .bilinear : .bicubic
    if side == .left {
      Remapping.remap(
        image.bytes, by: left, channels: channels, sampleBytes: sampleBytes, interpolation, into: &bytes, in: context)
    } else {
      Remapping.remap(
        image.bytes, by: right, channels: channels, sampleBytes: sampleBytes, interpolation, into: &bytes, in: context)
    }
  }
}
