internal import NeuralNetwork
public import StereoEvaluation
import Synchronization

/// Weights that a method was made with: what they are called, and what is known of their training.
public struct WeightOrigin: Sendable, Equatable {
  /// The file, or `bundled NAME`.
  public let path: String
  /// What they were trained on, as the file says it.
  public let trainingData: TrainingData
}

/// The weights that one request opened.
final class OpenedWeights: Sendable {
  private let list = Mutex<[WeightOrigin]>([])

  /// In the order in which they were opened.
  var origins: [WeightOrigin] { list.withLock { $0 } }

  func add(_ store: WeightStore) {
    let said = store.metadata["training-data"] ?? store.metadata["trained_on"] ?? ""
    let origin = WeightOrigin(path: store.path, trainingData: TrainingData(saying: said))
    list.withLock { $0.append(origin) }
  }
}
