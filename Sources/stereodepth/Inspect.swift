import ArgumentParser
import StereoDepth

/// `stereodepth inspect`: what files are.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a file is: image, disparity map, calibration, weights.",
    discussion: """
      EXAMPLE
        stereodepth inspect left.png calib.txt disparity.pfm psmnet.safetensors
      """)

  @Argument(help: "The files.")
  var files: [String]

  @Flag(help: "Print one JSON array on standard output.")
  var json = false

  func run() throws {
    if json { return try printJSON(files.map { try Description(of: $0) }) }
    for file in files { print(try Description(of: file)) }
  }

  /// What one file is.
  private enum Description: Encodable, CustomStringConvertible {
    case weights(WeightFileDescription)
    case other(FileDescription)

    init(of path: String) throws {
      let isNamedSo = [".safetensors", ".pt", ".pth", ".tar", ".caffemodel"].contains { path.hasSuffix($0) }
      if isNamedSo || WeightStore.recognises(path: path) {
        self = .weights(try WeightFileDescription(path: path))
      } else {
        self = .other(try inspectFile(path))
      }
    }

    var description: String {
      switch self {
      case .weights(let weights): weights.description
      case .other(let file): file.description
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .weights(let weights): try weights.encode(to: encoder)
      case .other(let file): try file.encode(to: encoder)
      }
    }
  }
}
