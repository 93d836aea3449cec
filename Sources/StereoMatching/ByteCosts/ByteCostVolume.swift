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
  /// Costs take at most 255 values, and penalties at most ``Kernels/BytePaths/greatestPenalty`` steps, so that four path
  /// costs add up in 16 bits.
  ///
  /// - Parameters:
  ///   - bounds: the interval that all costs lie in.
  ///   - greatestPenalty: the greatest penalty, in the unit of the matching cost.
  public init(bounds: ClosedRange<Float>, greatestPenalty: Float) {
    let width = bounds.upperBound - bounds.lowerBound
    offset = bounds.lowerBound
    step = max(
      width / Float(ByteCosts.greatest), greatestPenalty / Float(BytePaths.greatestPenalty), .leastNormalMagnitude)
  }

  /// The number of steps that a penalty is, rounded.
  func steps(_ penalty: Float) -> UInt16 { UInt16(min((penalty / step).rounded(), Float(BytePaths.greatestPenalty))) }
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
    _ volume: borrowing CostVolume, _ quantisation: CostQuantisation, parallel: Parallel,
    instructionSet: InstructionSet = .best
  ) {
    precondition(volume.reference == .left, "ByteCostVolume: the left image must be the reference")
    var cells = Volume<UInt8>(
      width: volume.width, height: volume.height, depth: ByteCosts.depth(planes: volume.range.count),
      repeating: ByteCosts.noCost)
    for y in 0..<volume.height {
      ByteCosts.fill(
        row: y, of: &cells, from: volume.costs.row(y), planes: volume.range.count, offset: quantisation.offset,
        scale: 1 / quantisation.step, instructionSet: instructionSet)
    }
    self.init(cells: cells, range: volume.range, quantisation: quantisation)
  }

  /// Moves the costs to the right image's pixels, in place: R(y, x, d) = C(y, x + d, d).
  ///
  /// - Precondition: the left image is the reference.
  public mutating func referenceRight(parallel: Parallel) {
    precondition(reference == .left, "ByteCostVolume: the right image is the reference already")
    ByteCosts.referenceRight(&cells, lower: range.lowerBound, parallel: parallel)
    reference = .right
  }
}
