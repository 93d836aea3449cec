import Files
import Foundation
import Testing

@Suite struct ZipArchiveTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func whatIsWrittenIsRead() throws {
    let contents: [[UInt8]] = [[1, 2, 3], [], (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }]
    let entries = try contents.enumerated().map {
      ZipArchive.Entry(name: "disp_0/\($0).png", file: try directory.file("\($0)", $1))
    }
    let path = directory.path + "/out.zip"
    try ZipArchive.write(entries, to: path, operation: "testing")
    let archive = try ZipArchive(FileBytes(path: path, operation: "testing"), path: path)
    #expect(archive.names == ["disp_0/0.png", "disp_0/1.png", "disp_0/2.png"])
    for (index, content) in contents.enumerated() {
      let read = try #require(try archive.content("disp_0/\(index).png"))
      #expect(read.array(0..<read.count) == content)
    }
    #expect(try archive.content("missing") == nil)
    #expect(directory.names == ["0", "1", "2", "out.zip"])
    // Equal files, equal archives.
    try ZipArchive.write(entries, to: directory.path + "/again.zip", operation: "testing")
    #expect(try bytes(of: path) == bytes(of: directory.path + "/again.zip"))
  }

  @Test func missingEntriesLeaveNoArchive() throws {
    let error = fileError { () throws(FileError) in
      try ZipArchive.write(
        [.init(name: "a", file: directory.path + "/a")], to: directory.path + "/out.zip", operation: "testing")
    }
    #expect(error?.isUnreadable == true && directory.names.isEmpty)
  }

  @Test func deflatedEntriesAreBounded() throws {
    let path = directory.path + "/deflated.zip"
    let source =
      "import zipfile; z = zipfile.ZipFile('\(path)', 'w', zipfile.ZIP_DEFLATED); z.writestr('a', bytes(5000))"
    try #require(AtomicFileTests.run("python3", "-c", source + "; z.writestr('b', bytes(5000)); z.close()"))
    let file = try FileBytes(path: path, operation: "testing")
    let strict = try ZipArchive(file, path: path)
    #expect(
      fileError { () throws(FileError) in _ = try strict.content("a") }
        == .invalid(
          path: path, operation: "reading a zip archive", expected: "“a” stored without compression, as PyTorch does",
          found: "another way"))
    let lenient = try ZipArchive(file, path: path, inflatedTo: 9000)
    #expect(try lenient.content("a")?.count == 5000)
    // 4000 bytes are left.
    #expect(
      fileError { () throws(FileError) in _ = try lenient.content("b") }
        == .invalid(
          path: path, operation: "reading a zip archive",
          expected: "entries that are together no longer than 4000 bytes",
          found: "more in “b”"))
  }

  @Test func otherFilesAreNoArchives() throws {
    let error = fileError { () throws(FileError) in _ = try ZipArchive(FileBytes([0x50, 0x4B, 3, 4, 0]), path: "a.zip")
    }
    #expect(
      error?.isInvalid == true && error?.description.hasPrefix("a.zip: reading a zip archive: expected a zip") == true)
  }
}
