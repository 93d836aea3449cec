import ImageFiles
import StereoCore

extension OutputKind {
  /// How far each disparity can be trusted.
  public static let confidence = OutputKind(
    "confidence", purpose: "Confidence 0…1: .png (16-bit), .pfm or .npy.", operation: "writing a confidence map",
    endings: ["png", "pfm", "npy"]
  ) { (_, result, _, path) throws(FileError) in OutputRemarks(try writeConfidence(result.confidence, to: path)) }
}
