import Glibc
import StereoDepth

/// An error as the user sees it: one line on standard error and an exit code of sysexits.
struct Failure: Error {
  /// Exit codes of the contract (sysexits.h).
  enum Code: Int32 {
    /// The command line is wrong.
    case usage = 64
    /// A file's content is wrong.
    case data = 65
    /// A file cannot be read.
    case noInput = 66
    /// A needed thing, such as weights, is not there.
    case unavailable = 69
    /// A defect of ours.
    case software = 70
    /// An output cannot be written.
    case cannotCreate = 73
    /// Interrupted by the user.
    case interrupted = 130
  }

  /// What the process exits with.
  let code: Code
  /// One line: file, operation, expected, found, hint.
  let message: String

  /// - Parameters:
  ///   - code: what the process exits with.
  ///   - message: one line.
  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The failure that an error of the library is; `nil` for errors that the argument parser explains itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as StereoError: self.init(Self.code(of: error), error.description)
    case let error as FileError: self.init(Self.code(of: error), error.description)
    case let error as WeightError: self.init(Self.code(of: error), error.description)
    default: return nil
    }
  }

  /// Prints the line and ends the process.
  func exit() -> Never {
    StandardError.write("stereodepth: \(printable(message))\n")
    Glibc.exit(code.rawValue)
  }

  private static func code(of error: StereoError) -> Code {
    switch error {
    case .mismatchedSizes, .invalidImage, .invalidCalibration, .unsuitableWeights: .data
    case .invalidRange, .invalidOption, .unknownMethod, .matcherInUse: .usage
    case .missingWeights, .memoryLimit, .memoryRefused: .unavailable
    case .cancelled: .interrupted
    }
  }

  private static func code(of error: FileError) -> Code {
    switch error {
    case .unreadable: .noInput
    case .invalid: .data
    case .unwritable: .cannotCreate
    }
  }

  private static func code(of error: WeightError) -> Code {
    switch error {
    case .file(let error): code(of: error)
    case .refused, .mismatch: .data
    }
  }
}
