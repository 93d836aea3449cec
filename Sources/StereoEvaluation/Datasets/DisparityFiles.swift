public import ImageFiles
import StereoCore
public import Tensors

/// Disparity maps in files, with the checks that a score needs: a KITTI map of 8 bits is a mistake, not a small number.
public enum DisparityFiles {
  /// Endings of files that can hold disparities.
  public static let endings: Set<String> = ["png", "pfm", "npy", "npz", "flo", "tif", "tiff", "pgm"]

  /// Reads a map.
  ///
  /// - Parameters:
  ///   - path: PNG, PGM, PFM, NPY, NPZ, FLO or TIFF.
  ///   - scale: code units of one pixel in whole-number formats; `nil`: 256 in a PNG, which must have 16 bits then; a PGM needs
  ///     one, and so do whole numbers that look like OpenCV's 16 times the disparity.
  ///   - what: the operation, for messages.
  /// - Returns: `[H, W]` disparities, pixels; NaN: none.
  /// - Throws: ``FileError``.
  public static func read(_ path: String, scale: Double? = nil, what: String = "reading a disparity map")
    throws(FileError) -> Plane<Float>
  {
    let content = try FileContent(of: path, operation: what)
    if scale == nil, ["P2", "P5"].contains(where: { content.bytes.starts(with: $0.utf8) }) {
      throw .invalid(
        path: path, operation: what, expected: "KITTI PNG, PFM or NPY, or ground truth with --ground-truth-scale",
        found: "a PGM, which does not tell its unit")
    }
    if scale == nil, let bits = pngBits(content.bytes), bits != 16 {
      throw .invalid(
        path: path, operation: what,
        expected: "a gray PNG of 16 bits (disparity × 256), or the scale of a whole-number map (--ground-truth-scale)",
        found: "\(bits) bits per sample")
    }
    let isTIFF = ["II", "MM"].contains { content.bytes.starts(with: $0.utf8) }
    if scale == nil, isTIFF, try holdsWholeNumbers(content, operation: what) {
      throw .invalid(
        path: path, operation: what, expected: "reals in a TIFF, or ground truth with --ground-truth-scale",
        found: "whole numbers, whose unit a TIFF does not tell; OpenCV's matchers give 16 times the disparity")
    }
    if scale == nil, try isSixteenTimesDisparity(content, operation: what) {
      throw .invalid(
        path: path, operation: what, expected: "disparities in pixels",
        found: "whole numbers of 16 bits as OpenCV's matchers give them, 16 times the disparity: divide them by 16")
    }
    let map = try readDisparity(content, divisor: scale, operation: what)
    return map.disparities.copy()
  }

  /// Bits per sample of a PNG (byte 24, in its IHDR), or `nil` for other formats.
  private static func pngBits(_ bytes: [UInt8]) -> Int? {
    bytes.count > 24 && bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) ? Int(bytes[24]) : nil
  }
}
