import ArgumentParser
import StereoDepth

/// The images of `match`: two files, or one with both views, and where they hold no image.
struct ImageArguments: ParsableArguments {
  @Argument(help: "The left image, the reference (PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PAM), or a file with both.")
  var left: String

  @Argument(help: "The right image, of the same size; left out with --layout.")
  var right: String?

  @Option(help: "How one file holds both views: \(StereoLayout.allCases.map(\.rawValue).joined(separator: ", ")).")
  var layout: StereoLayout?

  @Option(help: ArgumentHelp("A picture that is 0 where the left image holds no image.", valueName: "file"))
  var mask: String?

  @Option(help: ArgumentHelp("A picture that is 0 where the right image holds no image.", valueName: "file"))
  var rightMask: String?

  func validate() throws {
    if layout != nil, let right {
      throw ValidationError("--layout: expected one file with both views, found also \(right)")
    }
    if layout == nil, right == nil { throw ValidationError(Self.oneImage) }
  }

  private static let oneImage = "expected a right image, or --layout for one file with both"

  /// The files that are read, as messages call them.
  var files: [(name: String, path: String?)] {
    [("left image", left), ("right image", right), ("mask", mask), ("right mask", rightMask)]
  }

  /// Reads both images and their masks; an error about them together names all files.
  func readPair() throws -> RectifiedPair {
    let leftImage: Image
    let rightImage: Image
    switch (layout, right) {
    case (let layout?, _):
      let file = try StereoFile(left, layout: layout)
      leftImage = try file.left()
      rightImage = try file.right()
    case (nil, let right?):
      leftImage = try readImage(left)
      rightImage = try readImage(right)
    case (nil, nil): throw Failure(.usage, Self.oneImage)
    }
    let (first, second) = (leftImage.orientation, rightImage.orientation)
    do {
      return try RectifiedPair(
        left: leftImage, right: rightImage, leftMask: mask.map(readMask), rightMask: rightMask.map(readMask))
    } catch let error as StereoError {
      let turns = " (Exif turns them differently: orientation \(first.rawValue) left, \(second.rawValue) right)"
      throw Failure(
        .data, "\(files.compactMap(\.path).joined(separator: ", ")): \(error)\(first == second ? "" : turns)")
    }
  }
}

extension StereoLayout: ExpressibleByArgument {}
