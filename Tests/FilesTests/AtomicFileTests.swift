import Files
import Foundation
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

  @Test func modesStay() throws {
    let path = try directory.file("out", [1])
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.save([7], to: path, operation: "testing")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try bytes(of: path) == [7])
  }

  @Test func danglingLinksStay() throws {
    let other = try TemporaryDirectory()
    let (link, second) = (directory.path + "/link", directory.path + "/second")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "second")
    try FileManager.default.createSymbolicLink(atPath: second, withDestinationPath: other.path + "/made")
    try AtomicFile.save([7], to: link, operation: "testing")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "second")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: second) == other.path + "/made")
    #expect(try bytes(of: other.path + "/made") == [7])
    #expect(directory.names == ["link", "second"] && other.names == ["made"])
  }

  @Test func linksThatNeverEndAreReported() throws {
    let link = directory.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "link")
    let error = fileError { () throws(FileError) in try AtomicFile.save([7], to: link, operation: "testing") }
    #expect(error == .unwritable(path: link, operation: "testing", reason: "Too many levels of symbolic links"))
  }

  @Test func partsOfKilledProcessesBlockNobody() throws {
    // What a process of our number may have left in a container that began again: every name that we could come to.
    let first = try partNumber()
    let left = (first + 1...first + 500).map { ".out.\(getpid())-\($0).partial" }
    for name in left { _ = try directory.file(name, [0]) }
    try AtomicFile.save([7], to: directory.path + "/out", operation: "testing")
    #expect(try bytes(of: directory.path + "/out") == [7])
    #expect(Set(directory.names) == Set(left + ["out"]))
  }

  /// The number in the temporary name that a file gets now.
  private func partNumber() throws -> Int {
    var file = try AtomicFile(directory.path + "/out", operation: "testing")
    try file.append([0])
    let name = try #require(directory.names.first { $0.hasSuffix(".partial") })
    return try #require(Int(name.split(separator: "-").last?.split(separator: ".").first ?? ""))
  }

  @Test func onlyAbandonedPartsAreRemoved() throws {
    _ = try directory.file(".out.1-1.partial", [1])
    _ = try directory.file("kept.partial", [1])
    var file = try AtomicFile(directory.path + "/out", operation: "testing")
    try file.append([7])
    AtomicFile.removeAbandoned(in: directory.path)
    #expect(directory.names.count == 2 && directory.names.contains("kept.partial"))
    try file.commit()
    #expect(directory.names == ["kept.partial", "out"])
    #expect(try bytes(of: directory.path + "/out") == [7])
  }

  /// What another process has locked is being written there.
  @Test func partsOfOtherProcessesStay() throws {
    let part = try directory.file(".out.1-1.partial", [1])
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/env")
    other.arguments = ["flock", part, "cat"]
    let (input, output) = (Pipe(), Pipe())
    (other.standardInput, other.standardOutput) = (input, output)
    try other.run()
    // An answer means that it holds the lock.
    input.fileHandleForWriting.write(Data("x".utf8))
    _ = output.fileHandleForReading.readData(ofLength: 1)
    AtomicFile.removeAbandoned(in: directory.path)
    #expect(directory.names == [".out.1-1.partial"])
    try input.fileHandleForWriting.close()
    other.waitUntilExit()
    AtomicFile.removeAbandoned(in: directory.path)
    #expect(directory.names == [])
  }

  @Test func oddNamesAreKept() throws {
    let folder = directory.path
    let name = FileName.text(of: Array("\(folder)/o".utf8) + [0xFF, 0xC3] + Array(".png".utf8))
    try AtomicFile.save([7], to: name, operation: "testing")
    #expect(Self.run("sh", "-c", "test -f \"$(printf '\(folder)/o\\377\\303.png')\""))
    #expect(try FileContent(of: name, operation: "testing").bytes == [7])
    // Also behind a link, which only the system has followed so far.
    try #require(Self.run("sh", "-c", "ln -s \"$(printf 'o\\377\\303.png')\" \(folder)/link"))
    try AtomicFile.save([8], to: folder + "/link", operation: "testing")
    #expect(try FileContent(of: name, operation: "testing").bytes == [8])
  }

  /// Long names of wide characters are cut between bytes for the temporary name, which must not grow by that.
  @Test func longNamesOfWideCharactersAreWritten() throws {
    let name = String(repeating: "深", count: 85)
    try AtomicFile.save([7], to: directory.path + "/" + name, operation: "testing")
    #expect(directory.names == [name])
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write anything")) func protectedFilesStay() throws {
    let path = try directory.file("out", [1])
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    let error = fileError { () throws(FileError) in try AtomicFile.save([7], to: path, operation: "testing") }
    #expect(error == .unwritable(path: path, operation: "testing", reason: "Permission denied"))
    #expect(try bytes(of: path) == [1])
  }
}
