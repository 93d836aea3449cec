public import Kernels
public import StereoCore

/// A matching cost within known bounds, which can be computed straight to bytes.
public protocol ByteMatchingCost: MatchingCost {
  /// The interval that all costs lie in.
  var bounds: ClosedRange<Float> { get }

  /// Bytes that ``byteCosts(of:over:_:in:)`` allocates for a pair of `size` besides the volume.
  func byteScratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int

  /// The costs of every left pixel over `range`, rounded to bytes: ``MatchingCost/costs(of:over:in:)`` to within half a step.
  ///
  /// - Throws: what the cost throws; ``StereoCore/StereoError/cancelled``.
  func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    in context: ComputeContext
  ) throws(StereoError) -> ByteCostVolume
}

extension ByteMatchingCost {
  /// The cost itself.
  public var inBytes: (any ByteMatchingCost)? { self }

  /// The volume of floats, which the costs are rounded from, and what it takes.
  public func byteScratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    size.width * size.height * range.count * MemoryLayout<Float>.stride
      + scratchBytes(for: size, over: range, threads: threads)
  }

  /// From the volume of floats.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    in context: ComputeContext
  ) throws(StereoError) -> ByteCostVolume {
    ByteCostVolume(try costs(of: pair, over: range, in: context), quantisation, in: context)
  }
}
