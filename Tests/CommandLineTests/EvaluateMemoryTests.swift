import Foundation
import Testing

/// `evaluate` on many real frames: memory of a few frames, whatever their number.
@Suite struct EvaluateMemoryTests {
  static let truth = Tool.root.deletingLastPathComponent().appending(path: "shared/data/kitti2012/training/disp_noc")
  static let hasData = FileManager.default.fileExists(atPath: truth.path)

  @Test(.enabled(if: hasData, "../shared/data is not here"))
  func memoryDoesNotGrowWithFrames() throws {
    let scratch = try Scratch()
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.truth.path).filter { $0.hasSuffix(".png") }
    #expect(names.count == 150)
    // 300 frames: every one twice, as links.
    for folder in ["a", "b"] {
      let url = scratch.url.appending(path: folder)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for name in names {
        for copy in ["0", "1"] {
          try FileManager.default.createSymbolicLink(
            at: url.appending(path: "\(copy)_\(name)"), withDestinationURL: Self.truth.appending(path: name))
        }
      }
    }
    let process = Process()
    process.executableURL = Tool.products.appending(path: "stereodepth")
    process.arguments = ["evaluate", "a", "b", "--protocol", "kitti2012", "--threads", "2", "--quiet"]
    process.currentDirectoryURL = scratch.url
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var greatest = 0
    while process.isRunning {
      greatest = max(greatest, Self.highWaterMark(of: process.processIdentifier) ?? 0)
      usleep(5000)
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(greatest > 1 << 20 && greatest < 150_000_000, "\(greatest) bytes")
  }

  /// `VmHWM` of a process, bytes.
  static func highWaterMark(of process: Int32) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
