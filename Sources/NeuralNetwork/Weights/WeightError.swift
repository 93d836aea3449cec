/// What can be wrong with a file of weights.
public enum WeightError: Error, Equatable, Sendable {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The content is not what the format says; `at` is the byte where it was noticed, if known.
  case invalid(path: String, operation: String, expected: String, found: String, at: Int?)
  /// A checkpoint asks for something that tensors do not need; it is named and nothing is executed.
  case refused(path: String, what: String)
  /// Tensors that do not fit the network: missing, surplus and wrongly shaped ones, all of them.
  case mismatch(path: String, problems: [String])
  /// The file cannot be written; whatever was there before is untouched.
  case unwritable(path: String, reason: String)
}

extension WeightError: CustomStringConvertible {
  /// One line for people: file, operation, expected, found; of many tensors that do not fit the first and the last few.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): reading weights: \(reason)"
    case .invalid(let path, let operation, let expected, let found, let at):
      "\(path): \(operation)\(at.map { " at byte \($0)" } ?? ""): expected \(expected), found \(found)"
    case .refused(let path, let what): "\(path): reading a checkpoint: refused \(what); only tensors are read"
    case .mismatch(let path, let problems): "\(path): the tensors do not fit: \(Self.shortened(problems))"
    case .unwritable(let path, let reason): "\(path): writing weights: \(reason)"
    }
  }

  /// Missing and wrongly shaped tensors come first, surplus ones last: some of both are shown.
  private static func shortened(_ problems: [String]) -> String {
    let (first, last) = (8, 4)
    guard problems.count > first + last + 1 else { return problems.joined(separator: "; ") }
    let left = problems.count - first - last
    return (problems.prefix(first) + ["… \(left) more …"] + problems.suffix(last)).joined(separator: "; ")
  }
}
