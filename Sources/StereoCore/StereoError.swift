/// What a user can get wrong in matching: each case carries the operation, what was expected and what was found.
public enum StereoError: Error, Equatable, Sendable {
  /// The two images of a pair differ in size: (width, height), pixels.
  case mismatchedSizes(left: PixelSize, right: PixelSize)
  /// An image without pixels, or one with more than this library addresses.
  case invalidImage(operation: String, expected: String, found: String)
  /// A disparity range that cannot be used.
  case invalidRange(minimum: Int, maximum: Int, reason: String)
  /// An option whose value is outside what its operation takes.
  case invalidOption(name: String, expected: String, found: String)
  /// A calibration that cannot turn disparity into depth.
  case invalidCalibration(reason: String)
  /// A method name that the registry does not have.
  case unknownMethod(name: String, known: [String])
  /// A method that needs weights which are not there.
  case missingWeights(method: String, hint: String)
  /// Weights that do not fit the method: what is wrong with them, tensor by tensor.
  case unsuitableWeights(method: String, problems: [String])
  /// The planned peak of memory is above the limit the user set, bytes.
  case memoryLimit(planned: Int, limit: Int, hint: String)
  /// The system does not give the memory that a run needs, bytes.
  case memoryRefused(planned: Int)
  /// A matcher that is matching a pair on one thread was asked to match another on a second one.
  case matcherInUse
  /// The work was cancelled before it was finished.
  case cancelled
}

extension StereoError: CustomStringConvertible {
  /// One line for people: operation, expected, found, and a hint where there is one.
  public var description: String {
    switch self {
    case .mismatchedSizes(let left, let right):
      "matching: expected two images of one size, found left \(left), right \(right)"
    case .invalidImage(let operation, let expected, let found):
      "\(operation): expected \(expected), found \(found)"
    case .invalidRange(let minimum, let maximum, let reason):
      "disparity range \(minimum) ..< \(maximum): \(reason)"
    case .invalidOption(let name, let expected, let found):
      "option \(name): expected \(expected), found \(found)"
    case .invalidCalibration(let reason):
      "calibration: \(reason)"
    case .unknownMethod(let name, let known):
      "method: expected one of \(known.joined(separator: ", ")), found \(name)"
    case .missingWeights(let method, let hint):
      "\(method): needs weights and none are bundled; \(hint)"
    case .unsuitableWeights(let method, let problems):
      "\(method): the weights do not fit: \(problems.joined(separator: "; "))"
    case .memoryLimit(let planned, let limit, let hint):
      "memory: the run needs \(planned) bytes, the limit is \(limit) bytes; \(hint)"
    case .memoryRefused(let planned):
      "memory: the run needs \(planned) bytes, which the system refuses; a smaller range or a smaller image needs less"
    case .matcherInUse:
      "matching: expected a matcher that is free, found one that another thread uses; give each thread a matcher of its own"
    case .cancelled:
      "cancelled"
    }
  }
}
