import Foundation
import GoldenSupport
import Testing

/// The training of end-to-end networks computes what it says: Tests/Peers/end_to_end_training.py says what is checked.
@Suite struct EndToEndTrainingTests {
  static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Peers/end_to_end_training.py").path(percentEncoded: false)

  static let hasPackages = PythonPeer.has("torch", "cv2", "numpy", "safetensors", "matplotlib")

  @Test(.enabled(if: hasPackages, "python3 with torch, numpy, opencv, safetensors and matplotlib is not here"))
  func trainingIsSound() throws {
    let (status, printed) = try PythonPeer.status(of: [Self.script])
    let output = String(decoding: printed, as: UTF8.self)
    #expect(status == 0, "\(output)")
    #expect(output.split(separator: "\n").filter { $0.hasSuffix(": holds") }.count == 22, "\(output)")
  }
}
