/// What a file could not hold of the map that was written to it.
public struct WriteReport: Sendable {
  /// The file.
  public let path: String
  /// Pixels of the map.
  public var pixelCount = 0
  /// Pixels that have a value in the file.
  public var validCount = 0
  /// Values greater than the format's greatest; they are invalid in the file.
  public var aboveGreatestCount = 0
  /// Values less than the format's least; they are invalid in the file.
  public var belowLeastCount = 0
  /// Pixels that have a value and were left out on purpose, with the reason, such as `filled`.
  public var leftOut: [(count: Int, reason: String)] = []
  /// The values that the format holds, as people read it.
  public var limits = ""

  /// - Parameter path: the file.
  init(path: String) { self.path = path }

  /// Number of values that the file does not have.
  public var lostCount: Int { aboveGreatestCount + belowLeastCount }

  /// One sentence about what was left out on purpose; nil if nothing was.
  public var note: String? {
    let parts = leftOut.filter { $0.count > 0 }.map { "\($0.count) \($0.reason)" }
    return parts.isEmpty ? nil : "\(path): left out \(parts.joined(separator: ", "))"
  }

  /// One sentence about what was lost; nil if nothing was.
  public var warning: String? {
    guard lostCount > 0 else { return nil }
    return "\(path): \(lostCount) of \(pixelCount) values are outside what the format holds, \(limits)"
      + " (\(aboveGreatestCount) above, \(belowLeastCount) below); they are invalid in the file"
  }
}

extension WriteReport {
  /// Counts one pixel: a value, none (NaN, infinite), or one outside `code`'s 1 … 65535, and returns what to store.
  ///
  /// - Parameter code: the value in units of the file, truncated towards zero by this function.
  mutating func store(_ code: Float) -> UInt16 {
    pixelCount += 1
    guard code.isFinite else { return 0 }
    if code >= 65536 {
      aboveGreatestCount += 1
      return 0
    }
    if code < 1 {
      belowLeastCount += 1
      return 0
    }
    validCount += 1
    return UInt16(code)
  }
}
