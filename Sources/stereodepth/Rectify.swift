import ArgumentParser
import Foundation
import StereoDepth

/// `stereodepth rectify`: raw images become a rectified pair.
struct Rectify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rectify a raw pair: images whose rows correspond, masks and their calibration.",
    discussion: """
      EXAMPLE
        stereodepth rectify left.png right.png --rig camchain.yaml --output-directory rectified
        stereodepth match rectified/left.png rectified/right.png --calibration rectified/calibration.yaml

      It writes left.png, right.png, left_mask.png, right_mask.png (255: image, 0: none) and calibration.yaml.
      """)

  @Argument(help: "The raw left image.")
  var left: String

  @Argument(help: "The raw right image, of the same size.")
  var right: String

  @OptionGroup var rigs: RigArguments

  @Option(
    help: ArgumentHelp("0: only pixels that the raw images have; 1: every raw pixel; or between.", valueName: "share"))
  var alpha = 0.0

  @Option(help: ArgumentHelp("Size of the rectified images. Default: that of the raw ones.", valueName: "WxH"))
  var size: PixelSize?

  @Option(help: "How values between raw pixels are made: bilinear or bicubic.")
  var interpolation = Rectifier.Interpolation.bilinear

  @Option(help: ArgumentHelp("Where the files go.", valueName: "directory"))
  var outputDirectory = "."

  @Option(help: ArgumentHelp("Threads to use. Default: one a core.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if rigs.rig.isEmpty { throw ValidationError("rectify needs --rig FILE") }
    if !(0...1).contains(alpha) { throw ValidationError("--alpha: expected 0 to 1, found \(alpha)") }
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
  }

  func run() throws {
    let rawLeft = try readImage(left)
    let rawRight = try readImage(right)
    guard rawLeft.size == rawRight.size else {
      throw Failure(
        .data, "\(left), \(right): \(StereoError.mismatchedSizes(left: rawLeft.size, right: rawRight.size))")
    }
    let (rig, notes, warnings) = try rigs.read(image: left, size: rawLeft.size)
    let rectification = try Rectification(rig, alpha: alpha, size: size)
    let rectifier = try Rectifier(rectification, interpolation: interpolation, parallel: Parallel(threads: threads))
    let folder = URL(filePath: outputDirectory)
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func path(_ name: String) throws -> String {
      let path = folder.appending(path: name).path(percentEncoded: false)
      for input in [left, right] + rigs.rig where Self.isSame(path, input) {
        throw Failure(.usage, "\(path): writing it would replace an input; give another --output-directory")
      }
      return path
    }
    let (leftPath, rightPath) = (try path("left.png"), try path("right.png"))
    let (leftMask, rightMask) = (try path("left_mask.png"), try path("right_mask.png"))
    let calibrationPath = try path("calibration.yaml")
    try writeImage(rectifier.rectify(rawLeft, .left), to: leftPath)
    try writeImage(rectifier.rectify(rawRight, .right), to: rightPath)
    try writeImage(Image(format: .gray8, bytes: rectifier.mask(.left)), to: leftMask)
    try writeImage(Image(format: .gray8, bytes: rectifier.mask(.right)), to: rightMask)
    try writeCalibration(rectification.matrices, size: rectification.size, to: calibrationPath)
    if !quiet { try say(rectification, notes) }
    for warning in warnings { FileHandle.standardError.write(Data("stereodepth: warning: \(warning)\n".utf8)) }
  }

  private func say(_ rectification: Rectification, _ notes: [String]) throws {
    let rig = rectification.rig
    let turn = rig.rotation.rotationVector * (180 / .pi)
    let c = rectification.principalPoints.left
    print(
      String(
        format: "The right camera stands %.4f m to the right, turned by %.2f°, %.2f°, %.2f°.", rig.baseline, turn.x,
        turn.y,
        turn.z))
    print(
      String(
        format: "Rectified: %d×%d, f %.2f px, centre (%.2f, %.2f), baseline %.4f m.", rectification.size.width,
        rectification.size.height, rectification.focalLength, c.x, c.y, rig.baseline))
    for note in notes { print(note) }
    print("Written to \(outputDirectory): left.png, right.png, left_mask.png, right_mask.png, calibration.yaml")
  }

  /// Whether two paths are one file.
  private static func isSame(_ first: String, _ second: String) -> Bool {
    func resolved(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path }
    return resolved(first) == resolved(second)
  }
}
