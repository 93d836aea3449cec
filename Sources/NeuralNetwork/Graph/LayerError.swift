/// A layer that cannot be applied to what it was given: the operation and the shapes.
public enum LayerError: Error, Equatable, Sendable {
  /// The input's shape does not suit the operation.
  case unsuitableShape(operation: String, expected: String, found: String)
}

extension LayerError: CustomStringConvertible {
  /// One line for people: operation, expected, found.
  public var description: String {
    switch self {
    case .unsuitableShape(let operation, let expected, let found):
      "\(operation): expected \(expected), found \(found)"
    }
  }
}
