public import Files

/// Frames that a table does not have, so that nobody takes it for the whole data set.
public struct Omissions: Sendable {
  /// Frames that have truth but no estimate.
  public let withoutEstimate: [String]
  /// Frames that have an estimate but no truth.
  public let withoutTruth: [String]
  /// Frames that could not be read, and why.
  public let failures: [(name: String, reason: String)]
  /// Frames that the table has.
  public let scored: Int

  /// - Parameters:
  ///   - withoutEstimate: frames that have truth but no estimate.
  ///   - withoutTruth: frames that have an estimate but no truth.
  ///   - failures: frames that could not be read, and why.
  ///   - scored: frames that the table has.
  public init(
    withoutEstimate: [String], withoutTruth: [String], failures: [(name: String, reason: String)], scored: Int
  ) {
    self.withoutEstimate = withoutEstimate
    self.withoutTruth = withoutTruth
    self.failures = failures
    self.scored = scored
  }

  /// True if the table has every frame.
  public var isEmpty: Bool { withoutEstimate.isEmpty && withoutTruth.isEmpty && failures.isEmpty }

  /// Share of the frames with truth that were scored, percent.
  public var frameDensity: Double {
    let frames = scored + withoutEstimate.count + failures.count
    return frames > 0 ? 100 * Double(scored) / Double(frames) : 0
  }

  /// The table with `frameDensity`, `missing` and `unreadable`, if frames are missing.
  public func added(to table: OrderedJSON) -> OrderedJSON {
    guard !isEmpty else { return table }
    return table.appending([
      ("frameDensity", .double(frameDensity)),
      (
        "missing",
        .object([
          ("estimates", .array(withoutEstimate.map { .string($0) })),
          ("truths", .array(withoutTruth.map { .string($0) })),
        ])
      ),
      ("unreadable", .array(failures.map { .object([("frame", .string($0.name)), ("reason", .string($0.reason))]) })),
    ])
  }

  /// The same as lines for people.
  public var lines: [String] {
    var lines: [String] = []
    if !withoutEstimate.isEmpty { lines.append("without estimate: \(listed(withoutEstimate))") }
    if !withoutTruth.isEmpty { lines.append("without truth: \(listed(withoutTruth))") }
    for failure in failures { lines.append("not scored: \(failure.name): \(failure.reason)") }
    if !lines.isEmpty {
      lines.append("scored \(scored) frames, \(ScoreTable.decimals(frameDensity)) % of those with truth")
    }
    return lines
  }
}
