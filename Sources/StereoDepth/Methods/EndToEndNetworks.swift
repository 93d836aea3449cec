import StereoCore
import StereoMatching
import StereoNetworks

extension MethodRegistry {
  /// The end-to-end networks as methods: `raw` is the network's own disparity, and all there is.
  ///
  /// None of their weights come with the package; the published checkpoints open directly.
  static let endToEndNetworks: [MethodDescription] = NetworkRegistry.cards.map { card in
    MethodDescription(
      name: card.name, paper: card.paper, presets: ["raw"], weights: .needed(accepts: card.checkpoints),
      defaultRange: 0..<192
    ) { request in
      guard let weights = request.weights else {
        throw StereoError.missingWeights(method: card.name, hint: "give --weights FILE: \(card.checkpoints)")
      }
      try request.allowSettings(card.conventions)
      return try NetworkMethod(
        card.name, weights: weights, range: request.range, options: request.options, conventions: request.settings)
    }
  }
}
