import ImageFiles
import StereoCore

extension OutputKind {
  /// The disparities of the left image.
  public static let disparity = OutputKind(
    "disparity", purpose: "Disparity of the left image: .png (KITTI), .pfm or .npy.",
    operation: "writing a disparity map", endings: ["png", "pfm", "npy"]
  ) { (_, result, _, path) throws(FileError) in OutputRemarks(try writeDisparity(result.left, to: path)) }

  /// The disparities of the right image.
  public static let rightDisparity = OutputKind(
    "rightDisparity", purpose: "Disparity of the right image: .png (KITTI), .pfm or .npy.",
    operation: "writing a disparity map", endings: ["png", "pfm", "npy"], needs: [.rightMap]
  ) { (_, result, _, path) throws(FileError) in OutputRemarks(try writeDisparity(result.right, to: path)) }
}
