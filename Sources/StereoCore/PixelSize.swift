/// Width and height of an image, pixels.
public struct PixelSize: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// - Parameters:
  ///   - width: columns.
  ///   - height: rows.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// `width×height`, as image tools print it.
  public var description: String { "\(width)×\(height)" }
}
