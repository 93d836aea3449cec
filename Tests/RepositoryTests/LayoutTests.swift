import Foundation
import Testing

/// The budgets of the layout: what a new reader may rely on. They hold for every file that is committed.
@Suite struct LayoutTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Paths below the root of all files below `folder` with one of the endings, build folders left out.
  static func files(below folder: String, endings: Set<String>) -> [String] {
    let base = root.appending(path: folder).path(percentEncoded: false)
    guard let walker = FileManager.default.enumerator(atPath: base) else { return [] }
    return walker.compactMap { $0 as? String }
      .filter { path in endings.contains((path as NSString).pathExtension) && !path.contains(".build") }
      .map { "\(folder)/\($0)" }
      .sorted()
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func lineCount(_ path: String) throws -> Int {
    try text(path).utf8.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
  }

  @Test func swiftFilesAreSmall() throws {
    let counts = try (Self.files(below: "Sources", endings: ["swift"]) + Self.files(below: "Tests", endings: ["swift"]))
      .map { ($0, try Self.lineCount($0)) }
    #expect(counts.count > 50, "the sources were not found")
    for (path, lines) in counts { #expect(lines <= 400, "\(path) has \(lines) lines") }
    let sources = counts.filter { $0.0.hasPrefix("Sources") }.map(\.1).sorted()
    #expect(sources[sources.count / 2] <= 130, "the median source file has \(sources[sources.count / 2]) lines")
  }

  @Test func kernelFilesAreSmall() throws {
    let paths = Self.files(below: "Sources", endings: ["c"])
    #expect(!paths.isEmpty)
    for path in paths {
      let lines = try Self.lineCount(path)
      #expect(lines <= 350, "\(path) has \(lines) lines")
    }
  }

  @Test func noFileIsNamedForItsRole() {
    let forbidden: Set = ["Utils", "Util", "Types", "Extensions", "Common", "Helpers", "Helper", "Misc", "Utilities"]
    for path in Self.files(below: "Sources", endings: ["swift", "c", "h"]) {
      let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
      #expect(!forbidden.contains(stem), "\(path) is named for its role, not for its idea")
    }
  }

  @Test func functionsAreShort() throws {
    for path in Self.files(below: "Sources", endings: ["swift"]) {
      for function in Self.functions(in: try Self.text(path)) {
        #expect(function.lines <= 60, "\(path): \(function.name) has \(function.lines) lines")
      }
    }
  }

  @Test func onlyKernelsKnowsTheCKernels() throws {
    let allowed = [
      "CKernels": "Sources/Kernels/", "CImageCodecs": "Sources/ImageFiles/", "CZip": "Sources/Files/",
      "COpenBLAS": "Sources/Kernels/",
    ]
    for path in Self.files(below: "Sources", endings: ["swift"]) {
      let lines = try Self.text(path).split(separator: "\n")
      for (module, folder) in allowed where lines.contains(where: { $0.hasSuffix("import \(module)") }) {
        #expect(path.hasPrefix(folder), "\(path) imports \(module)")
      }
    }
  }

  @Test func lowerLayersKnowNoUpperOnes() throws {
    let upper: [String: [String]] = [
      "Sources/Files/": ["Kernels", "StereoCore", "ImageFiles", "NeuralNetwork", "StereoMatching"],
      "Sources/Tensors/": ["Kernels", "StereoCore", "ImageFiles", "NeuralNetwork", "StereoMatching"],
      "Sources/Kernels/": ["StereoCore", "ImageFiles", "NeuralNetwork", "StereoMatching"],
      "Sources/NeuralNetwork/": ["StereoCore", "StereoMatching", "StereoNetworks", "ImageFiles"],
      "Sources/StereoMatching/": ["NeuralNetwork", "StereoNetworks", "StereoEvaluation"],
    ]
    for (folder, modules) in upper {
      for path in Self.files(below: String(folder.dropLast()), endings: ["swift"]) {
        for line in try Self.text(path).split(separator: "\n") where line.contains("import ") {
          for module in modules { #expect(!line.hasSuffix("import \(module)"), "\(path): \(line)") }
        }
      }
    }
  }

  @Test func nothingIsLeftUndone() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "not " + "implemented"]
    for path in Self.files(below: "Sources", endings: ["swift", "c", "h"]) {
      let text = try Self.text(path)
      for mark in marks { #expect(!text.contains(mark), "\(path) says \(mark)") }
    }
  }

  /// Functions and initialisers with their line counts, found by indentation, which the format lint guarantees.
  static func functions(in text: String) -> [(name: String, lines: Int)] {
    var found: [(String, Int)] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (start, line) in lines.enumerated() {
      let words = line.drop(while: { $0 == " " })
      guard words.contains("func ") || words.hasPrefix("init(") || words.contains(" init("), !words.hasPrefix("//")
      else {
        continue
      }
      let indent = line.prefix(while: { $0 == " " })
      guard
        let end = lines[start...].firstIndex(where: {
          $0 == indent + "}" || ($0.hasPrefix(indent + "}") && $0.count == indent.count + 1)
        })
      else { continue }
      // A protocol's requirement has no body: its "end" would belong to something else.
      guard
        lines[start...end].dropFirst().dropLast().allSatisfy({
          $0.isEmpty || $0.hasPrefix(indent + " ") || $0.hasPrefix(indent + ")") || $0.hasPrefix(indent + "where")
            || $0.hasPrefix(indent + "#")
        })
      else { continue }
      found.append((String(words.prefix(60)), end - start + 1))
    }
    return found
  }
}
