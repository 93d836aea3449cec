import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoNetworks
import Testing

/// CNES's checkpoints, opened as they are, against CNES's own package on a real crop: see `Tests/Peers/mccnn_package.py`, which
/// made the fixture.
@Suite(.enabled(if: SharedFiles.has("weights/mccnn"), Comment(rawValue: SharedFiles.missing)))
struct MCCNNPackageTests {
  /// The package's networks do not pad: their pixel (y, x) is ours (y + 5, x + 5).
  static let margin = 5
  static let tolerance: Float = 1e-4
  static let every = (features: 61, costs: 23)

  private func fixture(_ name: String) -> String { SharedFiles.fixture("Fixtures/mccnn/\(name)", beside: #filePath) }

  private func expected(_ name: String) throws -> [Float] {
    try #require(WeightStore(path: fixture("expected.safetensors"))[name]).values()
  }

  private func pair() throws -> RectifiedPair {
    try RectifiedPair(left: readImage(fixture("left.png")), right: readImage(fixture("right.png")))
  }

  private func weights(_ kind: String) throws -> WeightStore {
    try WeightStore(path: SharedFiles.path("weights/mccnn/mc_cnn_\(kind)_mb_weights.pt"))
  }

  /// `[C, H − 10, W − 10]` of the left image; the fast network's of unit length.
  private func features(_ kind: String) throws -> [Float] {
    let network =
      kind == "fast" ? try MCCNNFast(weights(kind)).features : try MCCNNAccurate(weights(kind)).features
    let pair = try pair()
    let memory = network.memory(width: pair.width, height: pair.height)
    let context = ComputeContext(instructionSet: .best, parallel: .serial)
    let statistics = ImageStatistics(pair.leftGray, network.conventions.standardDeviation)
    var rows = [[Float]](repeating: [], count: network.maps)
    for y in Self.margin..<pair.height - Self.margin {
      let band = min(y, pair.height - MCCNNFeatures.bandRows)
      let view = network(
        pair.leftGray, statistics, rows: band..<band + MCCNNFeatures.bandRows, memory, in: context)
      for x in Self.margin..<pair.width - Self.margin {
        let pixel = view.base + ((y - band) * pair.width + x) * view.pixel
        let values = (0..<network.maps).map { pixel[$0] }
        let length = kind == "fast" ? values.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
        for map in rows.indices { rows[map].append(values[map] / max(length, 1e-12)) }
      }
    }
    return rows.flatMap { $0 }
  }

  @Test(arguments: ["fast", "accurate"]) func featuresAgree(kind: String) throws {
    let (found, expected) = (try features(kind), try expected("\(kind).features"))
    #expect(expected.count == (found.count + Self.every.features - 1) / Self.every.features)
    let difference = expected.indices.map { abs(expected[$0] - found[$0 * Self.every.features]) }.max() ?? .infinity
    #expect(difference <= Self.tolerance)
  }

  @Test(arguments: [("fast", 40), ("accurate", 12)]) func costsAgree(kind: String, disparities: Int) throws {
    let volume = try MCCNNGoldenTests.cost(kind, weights(kind)).costs(
      of: pair(), over: DisparityRange(0..<disparities), in: ComputeContext())
    let (found, expected) = (MCCNNGoldenTests.cropped(volume), try expected("\(kind).costs"))
    #expect(expected.count == (found.count + Self.every.costs - 1) / Self.every.costs)
    for (i, value) in expected.enumerated() {
      let ours = found[i * Self.every.costs]
      #expect(
        ours.isNaN == value.isNaN && (value.isNaN || abs(ours - value) <= Self.tolerance),
        "element \(i * Self.every.costs)")
    }
  }
}
