import StereoCore
import StereoMatching
import StereoNetworks

extension MethodRegistry {
  /// The end-to-end networks as methods: `raw` is the network's own disparity, and all there is.
  ///
  /// Of ``bundledNetworks`` weights come with the package; of the others the published checkpoints open directly.
  static let endToEndNetworks: [MethodDescription] = NetworkRegistry.cards.map { card in
    MethodDescription(
      name: card.name, paper: card.paper, presets: ["raw"],
      weights: bundledNetworks[card.name].map { .bundled(files: [$0]) } ?? .needed(accepts: card.checkpoints),
      defaultRange: 0..<192
    ) { request in
      guard let weights = try request.openWeights(request.weights, else: bundledNetworks[card.name]) else {
        throw StereoError.missingWeights(method: card.name, hint: "give --weights FILE: \(card.checkpoints)")
      }
      try request.allowSettings(card.conventions)
      return try NetworkMethod(
        card.name, weights: weights, range: request.range, options: request.options, conventions: request.settings)
    }
  }

  /// Networks whose weights come with the package, and the model's name.
  static let bundledNetworks = ["modulenet": "modulenet-kitti"]
}
