import ArgumentParser
import StereoDepth

/// The options that name raw cameras, and how their images are rectified.
struct RigArguments: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Raw cameras, in any format that `inspect` knows: the pair is rectified first. One file, or two (left, right).",
      valueName: "file"))
  var rig: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which pair of a file with several, such as 2,3. Default: the one that the images' folder names.",
      valueName: "left,right"))
  var cameras: CameraPair?

  @Option(
    help: ArgumentHelp("Unit of the calibration's baseline and of --baseline: m, cm or mm.", valueName: "unit"))
  var baselineUnit: LengthUnit?

  func validate() throws {
    if rig.count > 2 {
      throw ValidationError("--rig: expected one file or two (left, right), found \(rig.count); images come before it")
    }
  }

  /// The rig for images of this size, and what is to be said about it.
  ///
  /// - Parameter image: the left image, whose folder may tell the pair of cameras.
  func read(image: String, size: PixelSize) throws -> (rig: Rig, notes: [String], warnings: [String]) {
    guard let path = rig.first else { throw Failure(.usage, "rectifying: expected --rig FILE, found none") }
    let read = try readRig(
      path, right: rig.count == 2 ? rig[1] : nil, cameras: cameras, image: image, size: size, baselineUnit: baselineUnit
    )
    let made = read.left.size
    guard let fitting = made == size ? read : read.scaled(to: size) else {
      throw Failure(.data, "\(path): reading a rig: expected cameras for images of \(size), found cameras of \(made)")
    }
    let notes = made == size ? [] : ["\(path): it is for images of \(made), these are \(size): the cameras are scaled"]
    let asPair = try StereoCalibration(focalLength: fitting.left.focalLength.x, baseline: fitting.baseline)
    return (fitting, notes, asPair.doubts(for: nil).map { "\(path): \($0)" })
  }
}

extension CameraPair: ExpressibleByArgument {
  /// Two numbers, `2,3`.
  public init?(argument: String) { self.init(argument) }
}

extension LengthUnit: ExpressibleByArgument {}

extension Rectifier.Interpolation: ExpressibleByArgument {}

extension PixelSize: ExpressibleByArgument {
  /// Two numbers, `1280x720`.
  public init?(argument: String) {
    let extents = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard extents.count == 2, let width = extents[0], let height = extents[1], width > 0, height > 0 else { return nil }
    self.init(width: width, height: height)
  }
}
