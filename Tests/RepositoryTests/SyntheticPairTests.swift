import Foundation
import Testing

/// The synthetic pairs that networks are trained with are exact: Tests/Peers/synthetic_pairs.py says what is checked.
@Suite struct SyntheticPairTests {
  static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Peers/synthetic_pairs.py").path(percentEncoded: false)

  static let hasPackages = (try? run(["-c", "import cv2, numpy"]))?.status == 0

  /// Runs `python3`; its exit status and what it printed.
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
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
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test(.enabled(if: hasPackages, "python3 with numpy and opencv is not here"))
  func pairsAreExact() throws {
    let (status, output) = try Self.run([Self.script])
    #expect(status == 0, "\(output)")
    #expect(output.split(separator: "\n").count > 25)
  }
}
