import Foundation

/// The `python3` of this machine, for peers written in it.
package enum PythonPeer {
  /// Runs it; its exit status and what it printed.
  package static func status(of arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }

  /// What it printed.
  ///
  /// - Throws: where it failed.
  package static func run(_ arguments: [String]) throws -> Data {
    let (status, output) = try status(of: arguments)
    guard status == 0 else { throw Failure(status: status) }
    return output
  }

  /// Whether it has modules.
  package static func has(_ modules: String...) -> Bool {
    (try? status(of: ["-c", "import " + modules.joined(separator: ", ")]))?.status == 0
  }

  /// It ended with another status than 0.
  package struct Failure: Error {
    /// The status.
    package let status: Int32
  }
}
