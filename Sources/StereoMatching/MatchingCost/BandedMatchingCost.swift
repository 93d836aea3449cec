public import Kernels
public import StereoCore
public import Tensors

/// A matching cost whose rows are computed by themselves from what it makes of both images once: on the way to bytes, floats
/// exist for one band of rows only.
public protocol BandedMatchingCost: ByteMatchingCost {
  /// Writes the costs of the image's rows from `firstRow` on into a band, `[rows, W, D]`, in the unit of the cost; cells whose right pixel lies
  /// outside, and rows beyond the image's last, stay as they are.
  typealias Filler = (_ band: inout Volume<Float>, _ firstRow: Int) -> Void

  /// What writes the costs of a pair; it holds what is made of both images.
  func filler(for pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext) -> Filler

  /// Bytes that a ``filler(for:over:in:)`` holds.
  func imageBytes(for size: PixelSize) -> Int
}

extension BandedMatchingCost {
  /// `[H, W, D]` in one band, NaN where x − d lies outside the right image.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    var costs = Volume<Float>(width: pair.width, height: pair.height, depth: range.count, repeating: .nan)
    filler(for: pair, over: range, in: context)(&costs, 0)
    return CostVolume(costs: costs, range: range)
  }

  /// What is made of both images.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    imageBytes(for: size)
  }

  /// What is made of both images, and a band of floats.
  public func byteScratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    imageBytes(for: size) + ByteCostVolume.bandBytes(for: size, over: range)
  }

  /// Band by band.
  ///
  /// - Throws: ``StereoCore/StereoError/cancelled``.
  public func byteCosts(
    of pair: borrowing RectifiedPair, over range: DisparityRange, _ quantisation: CostQuantisation,
    in context: ComputeContext
  ) throws(StereoError) -> ByteCostVolume {
    try ByteCostVolume(
      size: pair.size, range: range, quantisation, in: context, fill: filler(for: pair, over: range, in: context))
  }
}
