/// What weights were trained on, read from the sentence that a file of weights has beside its tensors (`training-data`):
/// frames of a benchmark that are among it are no test of them.
public struct TrainingData: Sendable, Equatable {
  /// The sentence, such as `KITTI 2012 stereo, frames 000000-000119`; empty where nothing is known.
  public let text: String

  /// - Parameter text: the sentence.
  public init(saying text: String) { self.text = text }

  /// Those of the frames that were in the training data.
  ///
  /// KITTI: the numbers `A-B` that follow the benchmark's name. Middlebury: the scenes of 2001 to 2006 but those after
  /// `without`; where none are named, but the five that this project keeps for validation.
  ///
  /// - Parameters:
  ///   - frames: frames by name, such as `000003_10` or `Aloe`.
  ///   - benchmark: where they are from.
  public func seen(of frames: [String], in benchmark: BenchmarkName) -> [String] {
    switch benchmark {
    case .kitti2012, .kitti2015:
      guard let numbers = kittiFrames(benchmark == .kitti2012 ? "KITTI 2012" : "KITTI 2015") else { return [] }
      return frames.filter { frame in
        frame.split(separator: "_").first.flatMap { Int($0) }.map(numbers.contains) ?? false
      }
    case .middlebury:
      guard let start = text.firstRange(of: "Middlebury") else { return [] }
      let rest = text[start.upperBound...]
      let excluded =
        rest.firstRange(of: "without").map { names(in: rest[$0.upperBound...]) } ?? Self.validationScenes
      return frames.filter { frame in
        let parts = names(in: frame[...])
        return !parts.isDisjoint(with: Self.scenes) && parts.isDisjoint(with: excluded)
      }
    case .eth3d, .sceneflow: return []
    }
  }

  /// The frames of a KITTI benchmark, which is named before them: all where no numbers follow.
  private func kittiFrames(_ name: String) -> ClosedRange<Int>? {
    guard let start = text.firstRange(of: name) else { return nil }
    for word in text[start.upperBound...].split(whereSeparator: { !$0.isNumber && $0 != "-" && $0 != "–" }) {
      let ends = word.split(whereSeparator: { $0 == "-" || $0 == "–" }).map { Int($0) }
      if ends.count == 2, let first = ends[0], let last = ends[1], first <= last { return first...last }
    }
    return 0...199
  }

  private func names(in text: Substring) -> Set<String> {
    Set(text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map { $0.lowercased() })
  }

  /// Scenes of Middlebury 2001, 2003, 2005 and 2006 that have truth.
  private static let scenes: Set = [
    "map", "bull", "poster", "sawtooth", "venus", "barn1", "barn2", "tsukuba", "cones", "teddy", "art", "books",
    "dolls",
    "laundry", "moebius", "reindeer", "aloe", "baby1", "baby2", "baby3", "bowling1", "bowling2", "cloth1", "cloth2",
    "cloth3", "cloth4", "flowerpots", "lampshade1", "lampshade2", "midd1", "midd2", "monopoly", "plastic", "rocks1",
    "rocks2", "wood1", "wood2",
  ]
  /// Scenes that `Models/training` keeps for validation.
  private static let validationScenes: Set = ["teddy", "cones", "bowling1", "cloth3", "wood2"]
}
