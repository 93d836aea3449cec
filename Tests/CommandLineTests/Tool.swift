import Foundation

/// The built `stereodepth`, run as a user runs it.
struct Tool {
  /// What a run left behind.
  struct Outcome {
    let code: Int32
    let output: String
    let error: String

    /// The JSON object on standard output.
    var json: [String: Any]? {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any]
    }
  }

  /// Where the test bundle lies: executables of the same build lie beside it.
  static let products: URL = {
    for argument in ProcessInfo.processInfo.arguments where argument.contains(".xctest") {
      var url = URL(filePath: argument)
      while url.pathExtension != "xctest" && url.path != "/" { url.deleteLastPathComponent() }
      return url.deletingLastPathComponent()
    }
    return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  }()

  /// The root of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Runs the tool with the arguments in a directory and waits for its end.
  ///
  /// - Parameter variables: environment variables besides those of the test.
  static func run(_ arguments: [String], in directory: URL, variables: [String: String] = [:]) throws -> Outcome {
    try launch(products.appending(path: "stereodepth"), arguments, in: directory, variables: variables)
  }

  /// Runs a script of the shell, in which `$tool` is the tool: for streams and limits that only a shell sets.
  static func shell(_ script: String, in directory: URL) throws -> Outcome {
    let tool = products.appending(path: "stereodepth").path
    return try launch(URL(filePath: "/bin/bash"), ["-c", "tool='\(tool)'; \(script)"], in: directory)
  }

  private static func launch(
    _ program: URL, _ arguments: [String], in directory: URL, variables: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.currentDirectoryURL = directory
    let (output, error) = (directory.appending(path: ".stdout"), directory.appending(path: ".stderr"))
    for url in [output, error] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    let texts = try [output, error].map { try String(contentsOf: $0, encoding: .utf8) }
    for url in [output, error] { try FileManager.default.removeItem(at: url) }
    return Outcome(code: code, output: texts[0], error: texts[1])
  }
}

/// A directory of a test's own, removed when it goes.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "stereodepth-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }

  /// Writes left.pgm and right.pgm: random dots, the right image shifted so that every disparity is `disparity`.
  func writePair(width: Int, height: Int, disparity: Int) throws {
    var state: UInt64 = 42
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let wide = width + abs(disparity)
    let scene = (0..<height).map { _ in (0..<wide).map { _ in next() } }
    let header = Array("P5\n\(width) \(height)\n255\n".utf8)
    // left(x) = right(x − d): the right image begins d columns later in the scene.
    let (left, right) = (max(0, -disparity), max(0, disparity))
    try write("left.pgm", header + scene.flatMap { $0[left..<left + width] })
    try write("right.pgm", header + scene.flatMap { $0[right..<right + width] })
  }

  /// Names of what is in the directory.
  var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
}
