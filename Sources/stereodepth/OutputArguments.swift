import ArgumentParser
import Foundation
import StereoDepth

/// The files that `match` writes.
struct OutputArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Disparity of the left image: .png (KITTI), .pfm or .npy.", valueName: "file"))
  var disparity: String?

  @Option(help: ArgumentHelp("Disparity of the right image: .png (KITTI), .pfm or .npy.", valueName: "file"))
  var rightDisparity: String?

  @Option(help: ArgumentHelp("Depth: .png (16-bit millimetres), .pfm or .npy (metres).", valueName: "file"))
  var depth: String?

  @Option(help: ArgumentHelp("Confidence 0…1: .png (16-bit), .pfm or .npy.", valueName: "file"))
  var confidence: String?

  @Option(help: ArgumentHelp("Why pixels are not trusted: .png (8-bit set of bits).", valueName: "file"))
  var validity: String?

  @Option(help: ArgumentHelp("The disparity in colours: .png.", valueName: "file"))
  var preview: String?

  @Flag(help: "Draw a bar with the colours beside the preview, with their disparities.")
  var legend = false

  @Option(help: ArgumentHelp("Coloured points in space: .ply; needs a calibration.", valueName: "file"))
  var pointCloud: String?

  @Option(help: ArgumentHelp("Where the files go if none is named.", valueName: "directory"))
  var outputDirectory = "."

  /// What is written where.
  enum Kind: String, CaseIterable {
    case disparity, rightDisparity, depth, confidence, validity, preview, pointCloud

    /// What is done, for messages.
    var operation: String {
      switch self {
      case .disparity, .rightDisparity: "writing a disparity map"
      case .depth: "writing a depth map"
      case .confidence: "writing a confidence map"
      case .validity: "writing a validity map"
      case .preview: "writing a preview"
      case .pointCloud: "writing a point cloud"
      }
    }
  }

  /// The files to write; the contract's default set where none is named.
  ///
  /// - Throws: ``Failure`` if an output needs a calibration and there is none, or has a format that it cannot have.
  func files(hasCalibration: Bool) throws -> [(kind: Kind, path: String)] {
    var named: [(Kind, String)] = []
    let options: [(Kind, String?)] = [
      (.disparity, disparity), (.rightDisparity, rightDisparity), (.depth, depth), (.confidence, confidence),
      (.validity, validity), (.preview, preview), (.pointCloud, pointCloud),
    ]
    for case (let kind, let path?) in options { named.append((kind, path)) }
    if named.isEmpty {
      let base = URL(filePath: outputDirectory)
      var defaults: [(Kind, String)] = [
        (.disparity, "disparity.png"), (.disparity, "disparity.pfm"), (.preview, "preview.png"),
      ]
      if hasCalibration { defaults.append((.depth, "depth.png")) }
      named = defaults.map { ($0, base.appending(path: $1).path(percentEncoded: false)) }
    }
    for (kind, path) in named { try check(kind, path, hasCalibration: hasCalibration) }
    return named
  }

  /// Tells before the work of matching what could not be written after it. Devices and pipes are left alone.
  ///
  /// - Throws: ``FileError`` if a directory is missing or not writable.
  static func checkWritable(_ files: [(kind: Kind, path: String)]) throws(FileError) {
    for (kind, path) in files {
      let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
      guard type == nil || type == .typeRegular || type == .typeDirectory else { continue }
      // Opening makes a temporary file, which goes when it is not committed.
      _ = try AtomicFile(path, operation: kind.operation)
    }
  }

  private func check(_ kind: Kind, _ path: String, hasCalibration: Bool) throws {
    if !hasCalibration && (kind == .depth || kind == .pointCloud) {
      throw Failure(
        .usage, "\(path): depth needs a calibration: give --calibration, or --focal-length and --baseline")
    }
    let allowed: [String] =
      switch kind {
      case .disparity, .rightDisparity, .depth, .confidence: ["png", "pfm", "npy"]
      case .validity, .preview: ["png"]
      case .pointCloud: ["ply"]
      }
    let ending = URL(filePath: path).pathExtension.lowercased()
    guard allowed.contains(ending) else {
      throw Failure(
        .usage,
        "\(path): writing \(kind.rawValue): expected the ending \(allowed.map { "." + $0 }.joined(separator: ", ")), "
          + "found \(ending.isEmpty ? "none" : "." + ending)")
    }
  }
}
