import Foundation
import GoldenSupport
import Testing

/// The synthetic pairs that networks are trained with are exact: Tests/Peers/synthetic_pairs.py says what is checked.
@Suite struct SyntheticPairTests {
  static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Peers/synthetic_pairs.py").path(percentEncoded: false)

  static let hasPackages = PythonPeer.has("cv2", "numpy")

  @Test(.enabled(if: hasPackages, "python3 with numpy and opencv is not here"))
  func pairsAreExact() throws {
    let (status, printed) = try PythonPeer.status(of: [Self.script])
    let output = String(decoding: printed, as: UTF8.self)
    #expect(status == 0, "\(output)")
    #expect(output.split(separator: "\n").count > 25)
  }
}
