public import StereoCore

/// The disparity ranges that a method searches, and the least of them that holds another one.
public struct SearchableRanges: Sendable, Hashable {
  /// The only least disparity; `nil`: any.
  public let lowerBound: Int?
  /// The number of disparities is a multiple of this.
  public let multiple: Int
  /// The fewest disparities.
  public let leastCount: Int
  /// The most disparities.
  public let greatestCount: Int

  /// - Parameters:
  ///   - lowerBound: the only least disparity; `nil`: any.
  ///   - multiple: what the number of disparities is a multiple of.
  ///   - leastCount: the fewest disparities.
  ///   - greatestCount: the most disparities.
  /// - Precondition: numbers are positive.
  public init(
    lowerBound: Int? = nil, multiple: Int = 1, leastCount: Int = 1, greatestCount: Int = DisparityRange.greatestCount
  ) {
    precondition(multiple > 0 && leastCount > 0 && greatestCount >= leastCount, "SearchableRanges: no range")
    self.lowerBound = lowerBound
    self.multiple = multiple
    self.leastCount = leastCount
    self.greatestCount = greatestCount
  }

  /// Every range.
  public static let any = SearchableRanges()

  /// In words, such as `0 ..< a multiple of 8, at least 8`.
  public var description: String {
    guard self != .any else { return "any" }
    var parts = [lowerBound.map { "\($0) ..< N" } ?? "any"]
    if multiple > 1 { parts.append("N a multiple of \(multiple)") }
    if leastCount > 1 && leastCount != multiple { parts.append("at least \(leastCount) disparities") }
    if greatestCount < DisparityRange.greatestCount { parts.append("at most \(greatestCount) disparities") }
    return parts.joined(separator: ", ")
  }

  /// The least searchable range that holds `range`.
  ///
  /// - Throws: `StereoError.invalidRange(minimum:maximum:reason:)` where none does.
  public func widened(_ range: DisparityRange, for method: String) throws(StereoError) -> DisparityRange {
    let lower = lowerBound ?? range.lowerBound
    func refuse(_ reason: String) -> StereoError {
      .invalidRange(minimum: range.lowerBound, maximum: range.upperBound, reason: "\(method) searches \(reason)")
    }
    guard lower <= range.lowerBound else { throw refuse("no disparities below \(lower)") }
    let count = max(range.upperBound - lower, leastCount)
    let rounded = (count + multiple - 1) / multiple * multiple
    guard rounded <= greatestCount else { throw refuse("at most \(greatestCount) disparities") }
    return try DisparityRange(lower, upTo: lower + rounded)
  }
}
