import ArgumentParser
import FoundationEssentials
import StereoDepth

/// `stereodepth methods`: what there is to match with.
struct Methods: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Every method: what it is for, presets, parameters, measured error, time and memory.",
    discussion: """
      EXAMPLE
        stereodepth methods mc-cnn-fast
          tells one method in full: what each parameter means, and the numbers of each preset.
      """)

  @Argument(help: ArgumentHelp("Methods to tell in full. Default: all, shortly.", valueName: "name"))
  var names: [String] = []

  @Flag(help: "Print one JSON array on standard output.")
  var json = false

  func run() throws {
    let methods = try names.isEmpty ? MethodRegistry.all : names.map { try MethodRegistry.method(named: $0) }
    if json { return print(OrderedJSON.array(methods.map(\.json)).text) }
    print(methods.map { names.isEmpty ? $0.summary : $0.details }.joined(separator: "\n\n"))
  }
}

/// Prints a value as one JSON text on standard output, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
