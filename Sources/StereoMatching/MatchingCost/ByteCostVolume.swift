public import Kernels
public import StereoCore
public import Tensors

/// How costs are counted in bytes: cost = offset + step · byte, bytes 0 … 254.
public struct CostQuantisation: Sendable, Equatable {
  /// The cost of byte 0, in the unit of the matching cost.
  public let offset: Float
  /// The difference of two neighbouring bytes, in the unit of the matching cost.
  public let step: Float

  /// The finest steps in which both the costs and the penalties fit.
  ///
  /// Costs take at most 255 values, and penalties at most ``Kernels/ByteSemiGlobal/greatestPenalty`` steps, so that four path
  /// costs add up in 16 bits.
  ///
  /// - Parameters:
  ///   - bounds: the interval that all costs lie in.
  ///   - greatestPenalty: the greatest penalty, in the unit of the matching cost.
  public init(bounds: ClosedRange<Float>, greatestPenalty: Float) {
    let width = bounds.upperBound - bounds.lowerBound
    offset = bounds.lowerBound
    step = max(
      width / Float(ByteCosts.greatest), greatestPenalty / Float(ByteSemiGlobal.greatestPenalty), .leastNormalMagnitude)
  }

  /// The number of steps that a penalty is, rounded.
  func steps(_ penalty: Float) -> UInt16 {
    UInt16(min((penalty / step).rounded(), Float(ByteSemiGlobal.greatestPenalty)))
  }
}

/// Matching costs in bytes: what ``StereoCore/CostVolume`` is for a quarter of the memory.
public struct ByteCostVolume: ~Copyable, Sendable {
  /// The costs, `[H, W, depth]`; see ``Kernels/ByteCosts``.
  public var cells: Volume<UInt8>
  /// The disparities of the planes.
  public let range: DisparityRange
  /// What a byte means.
  public let quantisation: CostQuantisation
  /// The image whose pixels (y, x) are.
  public private(set) var reference = ReferenceView.left

  /// A volume on the left image's pixels.
  ///
  /// - Precondition: a pixel has the cells that `range` needs.
  public init(cells: consuming Volume<UInt8>, range: DisparityRange, quantisation: CostQuantisation) {
    precondition(
      cells.depth == ByteCosts.depth(planes: range.count),
      "ByteCostVolume: \(cells.depth) cells for the \(range.count) disparities of \(range)")
    self.cells = cells
    self.range = range
    self.quantisation = quantisation
  }

  /// The costs of `volume`, rounded.
  ///
  /// - Precondition: the left image is its reference.
  public init(
    _ volume: borrowing CostVolume, _ quantisation: CostQuantisation, in context: ComputeContext
  ) {
    precondition(volume.reference == .left, "ByteCostVolume: the left image must be the reference")
    var cells = Volume<UInt8>(
      width: volume.width, height: volume.height, depth: ByteCosts.depth(planes: volume.range.count),
      repeating: ByteCosts.noCost)
    for y in 0..<volume.height {
      ByteCosts.fill(
        row: y, of: &cells, from: volume.costs.row(y), planes: volume.range.count, offset: quantisation.offset,
        scale: 1 / quantisation.step, instructionSet: context.instructionSet)
    }
    self.init(cells: cells, range: volume.range, quantisation: quantisation)
  }

  /// Costs that are computed band by band, rounded: floats exist for ``bandRows`` rows only.
  ///
  /// - Parameter fill: writes the costs of the rows from `firstRow` on into the rows of `band`, `[bandRows, W, D]` (the last band
  ///   of an image has rows too many, which are not looked at); cells that it leaves alone are NaN or as the band before left them.
  /// - Throws: ``StereoCore/StereoError/cancelled``.
  init(
    size: PixelSize, range: DisparityRange, _ quantisation: CostQuantisation, in context: ComputeContext,
    fill: (_ band: inout Volume<Float>, _ firstRow: Int) -> Void
  ) throws(StereoError) {
    var cells = Volume<UInt8>(
      uninitializedWidth: size.width, height: size.height, depth: ByteCosts.depth(planes: range.count))
    var band = Volume<Float>(
      width: size.width, height: min(Self.bandRows, size.height), depth: range.count, repeating: .nan)
    for first in stride(from: 0, to: size.height, by: Self.bandRows) {
      fill(&band, first)
      for y in first..<min(first + Self.bandRows, size.height) {
        ByteCosts.fill(
          row: y, of: &cells, from: band.row(y - first), planes: range.count, offset: quantisation.offset,
          scale: 1 / quantisation.step, instructionSet: context.instructionSet)
      }
      try context.advance(Double(min(first + Self.bandRows, size.height)) / Double(size.height))
    }
    self.init(cells: cells, range: range, quantisation: quantisation)
  }

  /// Rows of a band.
  static let bandRows = 32

  /// Bytes of a band of floats.
  static func bandBytes(for size: PixelSize, over range: DisparityRange) -> Int {
    min(bandRows, size.height) * size.width * range.count * MemoryLayout<Float>.stride
  }

  /// Moves the costs to the right image's pixels, in place: R(y, x, d) = C(y, x + d, d).
  ///
  /// - Precondition: the left image is the reference.
  public mutating func referenceRight(in context: ComputeContext) {
    precondition(reference == .left, "ByteCostVolume: the right image is the reference already")
    ByteCosts.referenceRight(&cells, lower: range.lowerBound, in: context)
    reference = .right
  }
}
