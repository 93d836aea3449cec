public import Kernels
public import StereoCore

/// The first step of stereo matching: how unlike left (x, y) and right (x − d, y) are.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol MatchingCost: Sendable {
  /// How far the cost looks beyond its pixel.
  var margins: Margins { get }

  /// The costs of every left pixel over `range`; NaN where x − d lies outside the right image.
  ///
  /// A cost that takes long tells after each part of its work which share is done, ``Kernels/ComputeContext/advance(_:)``.
  ///
  /// - Throws: ``StereoError`` if the pair or the options do not suit the cost; ``StereoError/cancelled``.
  func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) throws(StereoError) -> CostVolume

  /// About which share of a run's time the costs take, 0 … 1, for its progress.
  var workShare: Double { get }

  /// Bytes that ``costs(of:over:in:)`` allocates for a pair of `size` besides the volume.
  func scratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int

  /// Multiplications with addition that a pair of `size` takes, about.
  func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int

  /// The same cost as one that can be computed straight to bytes; `nil`: it is none.
  var inBytes: (any ByteMatchingCost)? { get }
}

extension MatchingCost {
  /// A fifth.
  public var workShare: Double { 0.2 }

  /// Two words of 64 bits a pixel.
  public func scratchBytes(for size: PixelSize, over range: DisparityRange, threads: Int) -> Int {
    2 * size.width * size.height * MemoryLayout<UInt64>.stride
  }

  /// None worth counting.
  public func multiplyAdds(for size: PixelSize, over range: DisparityRange) -> Int { 0 }

  /// None.
  public var inBytes: (any ByteMatchingCost)? { nil }
}
