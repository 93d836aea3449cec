package import Kernels
package import NeuralNetwork
package import StereoCore
package import StereoMatching

/// A network that maps a rectified pair to disparities, with its weights.
///
/// A network is one file: its initialiser follows the names of the published checkpoint, ``graph(frame:disparities:keepsRecords:)``
/// follows the figure of the paper. ``NetworkMethod`` runs it.
package protocol StereoNetwork: Sendable {
  /// Name, paper, sizes it takes.
  static var card: ModelCard { get }

  /// Reads and packs the weights.
  ///
  /// - Parameter conventions: what a checkpoint does not tell, such as `align-corners`; they go before the file's metadata.
  /// - Throws: ``NeuralNetwork/WeightError`` with every tensor that does not fit, ``StereoCore/StereoError`` for conventions.
  init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws

  /// How the network's own confidence is joined with what the images show.
  var confidence: SeenConfidence { get }
  /// How it wants its images.
  var preparation: ImagePreparation { get }
  /// Bytes of the packed weights.
  var packedBytes: Int { get }

  /// The network on images of `frame` (a multiple of the card's divisor) for the disparities 0 ..< `disparities`.
  ///
  /// - Throws: ``NeuralNetwork/LayerError`` if the images are too small.
  func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph
}

extension StereoNetwork {
  /// That of networks that regress from a distribution.
  package var confidence: SeenConfidence { .distributions }
}

/// A network's steps, its two inputs (`[3, H, W]`), and its maps (`[1, H, W]`).
package struct StereoGraph: Sendable {
  /// The steps.
  package let graph: NetworkGraph
  /// The prepared images.
  package let left, right: Feature
  /// The disparities of the left image, pixels.
  package let disparity: Feature
  /// How far each is to be trusted, 0 … 1; nil for a network that does not tell.
  package let confidence: Feature?
  /// Vertical displacement of each pixel, pixels; 0 throughout in a rectified pair. Nil if the network searches none.
  package let verticalFlow: Feature?

  /// A network; see the properties.
  package init(
    graph: NetworkGraph, left: Feature, right: Feature, disparity: Feature, confidence: Feature? = nil,
    verticalFlow: Feature? = nil
  ) {
    self.graph = graph
    self.left = left
    self.right = right
    self.disparity = disparity
    self.confidence = confidence
    self.verticalFlow = verticalFlow
  }
}
