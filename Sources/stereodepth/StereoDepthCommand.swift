import ArgumentParser

/// `stereodepth`: disparity and depth from a rectified pair of images.
@main
struct StereoDepthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stereodepth", abstract: "Disparity and metric depth from a rectified pair of images.",
    version: "0.1.0")
}
