import Foundation
import ImageFiles
import Testing

@Suite struct AtomicFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func nothingAppearsBeforeCommit() throws {
    let path = try directory.file("out", [1])
    do {
      var file = try AtomicFile(path, operation: "testing")
      try file.append([2, 3])
      #expect(try bytes(of: path) == [1])
      let partial = try #require(directory.names.first { $0 != "out" })
      #expect(partial.hasPrefix(".out.") && partial.hasSuffix(".partial"))
      #expect(AtomicFile.unfinishedNames.contains(directory.path + "/" + partial))
      try file.append([4])
      try file.commit()
      #expect(!AtomicFile.unfinishedNames.contains(directory.path + "/" + partial))
    }
    #expect(try bytes(of: path) == [2, 3, 4])
    #expect(directory.names == ["out"])
  }

  @Test func whatIsNotCommittedIsRemoved() throws {
    do {
      var file = try AtomicFile(directory.path + "/out", operation: "testing")
      try file.append([1])
    }
    #expect(directory.names.isEmpty)
  }

  @Test func symbolicLinksStay() throws {
    let target = try directory.file("target", [1])
    let link = directory.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    try AtomicFile.save([7], to: link, operation: "testing")
    #expect(try bytes(of: target) == [7])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
  }

  @Test func devicesAreWrittenDirectly() throws {
    try AtomicFile.save([7], to: "/dev/null", operation: "testing")
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
    #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType != .typeRegular)
  }

  @Test func fullDevicesAreReported() throws {
    try #require(FileManager.default.fileExists(atPath: "/dev/full"))
    let error = fileError { () throws(FileError) in try AtomicFile.save([7], to: "/dev/full", operation: "testing") }
    #expect(error?.isUnwritable == true && error?.description.contains("No space left") == true)
  }

  /// Runs a command of the system; true if it succeeded.
  static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Mounts a file system of 64 kB at `path`; only the superuser can, and not in every container.
  static func mountTinyDisk(at path: String) -> Bool {
    geteuid() == 0 && run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path)
  }

  /// True if tiny disks can be mounted here.
  static let mountsTinyDisks: Bool = {
    guard let directory = try? TemporaryDirectory(), mountTinyDisk(at: directory.path) else { return false }
    return run("umount", directory.path)
  }()

  @Test(.enabled(if: mountsTinyDisks, "mounting a tmpfs needs the superuser")) func fullDisksKeepWhatWasThere() throws {
    try #require(Self.mountTinyDisk(at: directory.path))
    defer { _ = Self.run("umount", directory.path) }
    let path = try directory.file("out", [1, 2, 3])
    let error = fileError { () throws(FileError) in
      try AtomicFile.save([UInt8](repeating: 7, count: 1 << 20), to: path, operation: "testing")
    }
    #expect(error == .unwritable(path: path, operation: "testing", reason: "No space left on device"))
    #expect(directory.names == ["out"])
    #expect(try bytes(of: path) == [1, 2, 3])
  }

  @Test func wrongPlacesAreReported() throws {
    for (path, says) in [
      (directory.path + "/missing/out.png", "directory does not exist"), (directory.path, "directory"),
      (directory.path + "/", "directory"), ("", "directory"),
      (try directory.file("plain", [1]) + "/out.png", "Not a directory"),
    ] {
      let error = fileError { () throws(FileError) in try AtomicFile.save([7], to: path, operation: "testing") }
      #expect(error?.isUnwritable == true && error?.description.contains(says) == true, "\(path)")
    }
    #expect(directory.names == ["plain"])
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write anywhere")) func readOnlyDirectoriesAreReported() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
    let error = fileError { () throws(FileError) in
      try AtomicFile.save([7], to: directory.path + "/out", operation: "testing")
    }
    #expect(error?.isUnwritable == true && error?.description.contains("Permission denied") == true)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
  }

  @Test func longNamesAreWritten() throws {
    let name = String(repeating: "n", count: 250)
    try AtomicFile.save([7], to: directory.path + "/" + name, operation: "testing")
    #expect(directory.names == [name])
  }
}
