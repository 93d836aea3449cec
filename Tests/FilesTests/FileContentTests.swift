import Files
import Foundation
import Testing

/// Both ways to a file's bytes: copied into memory, and mapped.
@Suite struct FileContentTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static func bytes(of path: String, limit: Int = 1 << 32) -> [Result<[UInt8], FileError>] {
    let copied = Result { () throws(FileError) in try FileContent(of: path, operation: "testing", limit: limit).bytes }
    return [copied, Result { () throws(FileError) in try mapped(path, limit: limit) }]
  }

  static func mapped(_ path: String, limit: Int = 1 << 32) throws(FileError) -> [UInt8] {
    let bytes = try FileBytes(path: path, operation: "testing", limit: limit)
    return bytes.array(0..<bytes.count)
  }

  @Test func filesAreReadWhole() throws {
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try directory.file("in", content)
    for result in Self.bytes(of: path) { #expect(try result.get() == content) }
    for result in Self.bytes(of: path, limit: content.count) { #expect(try result.get() == content) }
    for result in Self.bytes(of: path, limit: content.count - 1) {
      #expect(result == .failure(Self.tooLong(path, content.count - 1)))
    }
  }

  @Test func namedPipesAreReadOnce() throws {
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let source = try directory.file("in", content)
    let pipe = directory.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    for isMapped in [false, true] {
      let writer = Process()
      writer.executableURL = URL(filePath: "/bin/sh")
      writer.arguments = ["-c", "cat '\(source)' > '\(pipe)'"]
      try writer.run()
      #expect(
        try isMapped ? Self.mapped(pipe) == content : FileContent(of: pipe, operation: "testing").bytes == content)
      writer.waitUntilExit()
      #expect(writer.terminationStatus == 0)
    }
  }

  @Test(.timeLimit(.minutes(1))) func devicesWithoutEndAreRefused() {
    for result in Self.bytes(of: "/dev/zero") { #expect(result == .failure(Self.tooLong("/dev/zero", 16 << 20))) }
  }

  @Test func filesOfTheSystemHaveContent() throws {
    // The system says that they have no bytes.
    for result in Self.bytes(of: "/proc/self/status") { #expect(try result.get().starts(with: Array("Name:".utf8))) }
  }

  @Test func hugeFilesAreRefusedUnread() throws {
    let path = try directory.file("in", [1])
    try #require(truncate(path, 1 << 40) == 0)
    for result in Self.bytes(of: path) { #expect(result == .failure(Self.tooLong(path, 1 << 32))) }
  }

  @Test func whatIsNoFileIsNamed() throws {
    let missing = directory.path + "/missing"
    for result in Self.bytes(of: missing) {
      #expect(
        result == .failure(.unreadable(path: missing, operation: "testing", reason: "No such file or directory")))
    }
    for result in Self.bytes(of: directory.path) {
      #expect(
        result == .failure(.unreadable(path: directory.path, operation: "testing", reason: "it is a directory")))
    }
  }

  @Test func emptyFilesAreNoContent() throws {
    let path = try directory.file("in", [])
    let error = fileError { () throws(FileError) in _ = try FileContent(of: path, operation: "testing") }
    #expect(
      error == .invalid(path: path, operation: "testing", expected: "a file with content", found: "an empty file"))
    #expect(try FileBytes(path: path, operation: "testing").count == 0)
  }

  static func tooLong(_ path: String, _ limit: Int) -> FileError {
    .invalid(path: path, operation: "testing", expected: "at most \(limit) bytes", found: "more")
  }
}
