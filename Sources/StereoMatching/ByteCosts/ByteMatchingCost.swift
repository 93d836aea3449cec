public import Kernels
public import StereoCore

/// A matching cost within known bounds, which can be computed straight to bytes.
public protocol ByteMatchingCost: MatchingCost {
  /// The interval that all costs lie in.
  var bounds: ClosedRange<Float> { get }
  /// Vector instructions to use.
  var instructionSet: InstructionSet { get }
  /// How the confidence of disparities with this cost is scaled.
  var confidenceScale: PathConfidenceScale { get }
  /// Bytes that ``byteCosts(of:over:_:done:)`` allocates for a pair of `size` besides the volume.
  func scratchBytes(for size: PixelSize, over range: DisparityRange) -> Int

  /// Multiplications with addition that a pair of `size` takes, about.
  func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int

  /// The costs of every left pixel over `range`, rounded to bytes: ``MatchingCost/costs(of:over:)`` to within half a step.
  ///
  /// - Parameter done: as in ``MatchingCost/costs(of:over:done:)``.
  /// - Throws: what the cost and `done` throw.
  func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    done: (Double) throws(StereoError) -> Void
  ) throws(StereoError) -> ByteCostVolume
}

extension ByteMatchingCost {
  /// The best instructions of this machine.
  public var instructionSet: InstructionSet { .best }

  /// None worth counting.
  public func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int { 0 }

  /// Half of the costs' interval.
  public var confidenceScale: PathConfidenceScale {
    PathConfidenceScale(unit: (bounds.upperBound - bounds.lowerBound) / 2)
  }

  /// The volume of floats, which the costs are rounded from.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange) -> Int {
    size.width * size.height * range.count * MemoryLayout<Float>.stride
  }

  /// From the volume of floats.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    done: (Double) throws(StereoError) -> Void
  ) throws(StereoError) -> ByteCostVolume {
    ByteCostVolume(
      try costs(of: pair, over: range, done: done), quantisation, parallel: parallel, instructionSet: instructionSet)
  }

  /// ``byteCosts(of:over:_:done:)`` for who does not wait.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation
  ) throws(StereoError) -> ByteCostVolume {
    try byteCosts(of: pair, over: range, quantisation) { (_) throws(StereoError) in }
  }
}
