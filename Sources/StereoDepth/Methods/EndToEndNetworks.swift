import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks

extension MethodRegistry {
  /// The end-to-end networks as methods: `raw` is the network's own disparity, and all there is.
  ///
  /// Of ``bundledNetworks`` weights come with the package; of the others the published checkpoints open directly.
  static let endToEndNetworks: [MethodDescription] = NetworkRegistry.cards.map { card in
    MethodDescription(
      name: card.name, paper: card.paper, purpose: card.purpose, parameters: card.parameters,
      presets: [
        MethodPreset("raw", "the network's own disparity, and all there is", weights: bundledNetworks[card.name])
      ],
      weights: bundledNetworks[card.name].map { .bundled(files: [$0]) } ?? .needed(accepts: card.checkpoints),
      gives: card.name.hasPrefix("flownet") ? [.confidence, .verticalFlow] : [.confidence],
      ranges: card.disparityDivisor == 0
        ? .any
        : SearchableRanges(
          lowerBound: 0, multiple: card.disparityDivisor, leastCount: max(card.disparityDivisor, 8))
    ) { setup in
      guard let weights = setup.weights else { preconditionFailure("\(card.name): no weights") }
      return try NetworkMethod(
        card.name, weights: weights, range: setup.range, options: setup.options, conventions: setup.settings)
    }
  }

  /// Networks whose weights come with the package, and the model's name.
  static let bundledNetworks = ["modulenet": "modulenet-kitti"]
}
