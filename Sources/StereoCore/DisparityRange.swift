/// The disparities that a matcher considers: `min ..< max`, whole pixels.
///
/// Disparity d = x_left − x_right: left pixel (x, y) is compared with right pixel (x − d, y). Any integers make a range,
/// also negative ones (a pair whose zero parallax is not at infinity) and more than the image is wide.
public struct DisparityRange: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// The least disparity considered, pixels.
  public let lowerBound: Int
  /// One more than the greatest disparity considered, pixels.
  public let upperBound: Int

  /// The most disparities a range may have.
  public static let greatestCount = 1 << 14
  /// The greatest magnitude of either bound, pixels.
  public static let greatestMagnitude = 1 << 20

  /// - Throws: ``StereoError/invalidRange(minimum:maximum:reason:)`` if the range is empty, reversed or absurdly wide.
  public init(_ lowerBound: Int, upTo upperBound: Int) throws(StereoError) {
    func refuse(_ reason: String) -> StereoError {
      .invalidRange(minimum: lowerBound, maximum: upperBound, reason: reason)
    }
    guard lowerBound < upperBound else { throw refuse("the minimum must be less than the maximum") }
    guard lowerBound.magnitude <= Self.greatestMagnitude, upperBound.magnitude <= Self.greatestMagnitude else {
      throw refuse("disparities beyond ±\(Self.greatestMagnitude) px are not supported")
    }
    guard upperBound - lowerBound <= Self.greatestCount else {
      throw refuse("at most \(Self.greatestCount) disparities are supported")
    }
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }

  /// A range known to be right where it is written.
  ///
  /// - Precondition: what ``init(_:upTo:)`` checks.
  public init(_ range: Range<Int>) {
    do throws(StereoError) {
      try self.init(range.lowerBound, upTo: range.upperBound)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Number of disparities, at least 1.
  public var count: Int { upperBound - lowerBound }

  /// The whole disparities of the range.
  public var indices: Range<Int> { lowerBound..<upperBound }

  /// `min ..< max` as people write it.
  public var description: String { "\(lowerBound) ..< \(upperBound)" }
}
