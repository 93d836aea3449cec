import ImageFiles
import StereoCore

extension OutputKind {
  /// Why disparities are not trusted.
  public static let validity = OutputKind(
    "validity", purpose: "Why pixels are not trusted: .png (8-bit set of bits).", operation: "writing a validity map",
    endings: ["png"]
  ) { (_, result, _, path) throws(FileError) in
    try writeValidity(result.left, to: path)
    return OutputRemarks()
  }
}
