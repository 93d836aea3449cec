public import Files

/// What can be wrong with weights.
public enum WeightError: Error, Equatable, Sendable {
  /// The file cannot be read or written, or its content is not what its format says.
  case file(FileError)
  /// A checkpoint asks for something that tensors do not need; it is named and nothing is executed.
  case refused(path: String, what: String)
  /// Tensors that do not fit the network: missing, surplus and wrongly shaped ones, all of them.
  case mismatch(path: String, problems: [String])

  /// Content that is not what the format says; `at` is the byte where it was noticed, if known.
  package static func invalid(
    path: String, operation: String, expected: String, found: String, at: Int?
  ) -> WeightError {
    let place = at.map { " at byte \($0)" } ?? ""
    return .file(.invalid(path: path, operation: operation + place, expected: expected, found: found))
  }

  /// Lets an error of a file be one of weights.
  static func wrapping<Result>(_ body: () throws(FileError) -> Result) throws(WeightError) -> Result {
    do {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}

extension WeightError: CustomStringConvertible {
  /// One line for people: file, operation, expected, found; of many tensors that do not fit the first and the last few.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .refused(let path, let what):
      "\(printablePath(path)): reading a checkpoint: refused \(printable(what)); only tensors are read"
    case .mismatch(let path, let problems):
      "\(printablePath(path)): the tensors do not fit: \(printable(Self.shortened(problems)))"
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
