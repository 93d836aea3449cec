public import Kernels
public import StereoCore

/// A matching cost within known bounds, which can be computed straight to bytes.
public protocol ByteMatchingCost: MatchingCost {
  /// The interval that all costs lie in.
  var bounds: ClosedRange<Float> { get }
  /// Vector instructions to use.
  var instructionSet: InstructionSet { get }
  /// Bytes that ``byteCosts(of:over:_:)`` allocates for a pair of `size` besides the volume.
  func scratchBytes(for size: PixelSize, over range: DisparityRange) -> Int

  /// The costs of every left pixel over `range`, rounded to bytes: ``MatchingCost/costs(of:over:)`` to within half a step.
  ///
  /// - Throws: what the cost throws.
  func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation
  ) throws(StereoError) -> ByteCostVolume
}

extension ByteMatchingCost {
  /// The best instructions of this machine.
  public var instructionSet: InstructionSet { .best }

  /// The volume of floats, which the costs are rounded from.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange) -> Int {
    size.width * size.height * range.count * MemoryLayout<Float>.stride
  }

  /// From the volume of floats.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation
  ) throws(StereoError) -> ByteCostVolume {
    ByteCostVolume(try costs(of: pair, over: range), quantisation, parallel: parallel, instructionSet: instructionSet)
  }
}
