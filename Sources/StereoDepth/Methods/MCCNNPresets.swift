import StereoCore
import StereoNetworks

/// A preset of an MC-CNN method: the published numbers of a data set, and what we change of them.
struct MCCNNPreset: Sendable {
  /// Its name on the command line.
  let name: String
  /// What it is for.
  let purpose: String
  /// The published numbers; they also say which bundled weights are used. `nil`: the cost alone.
  let base: MCCNNParameters.DataSet?
  /// What is unlike the published numbers, and which candidates are compared.
  var changes: [String: ParameterValue] = [:]

  /// The published numbers under their data sets' names.
  static let published = [
    MCCNNPreset(name: "kitti2012", purpose: "the authors' numbers for KITTI 2012", base: .kitti2012),
    MCCNNPreset(name: "kitti2015", purpose: "the authors' numbers for KITTI 2015", base: .kitti2015),
    MCCNNPreset(name: "middlebury", purpose: "the authors' numbers for Middlebury", base: .middlebury),
    MCCNNPreset(name: "raw", purpose: "the cost alone, winner takes all", base: nil),
  ]

  /// The presets of the methods that compare all disparities, the default one first.
  static let plain =
    [
      MCCNNPreset(name: "driving", purpose: "streets, with KITTI's numbers and weights", base: .kitti2012),
      MCCNNPreset(name: "indoor", purpose: "rooms, with Middlebury's numbers and weights", base: .middlebury),
    ] + published

  /// The presets of `mc-cnn-accurate`, the default one first: candidates are compared unless published numbers are asked for.
  static let ofCandidates: [MCCNNPreset] = {
    let streets: [String: ParameterValue] = [
      "candidates": 1, "blend": 0.5, "p1": 2, "p2": 27.86, "q1": 3, "q2": 2.5, "vertical-divisor": 1.5,
      "contrast": 0.02,
    ]
    let rooms: [String: ParameterValue] = ["candidates": 1, "blend": 0.5]
    return [
      MCCNNPreset(
        name: "driving", purpose: "streets, with KITTI's weights: one candidate a pixel", base: .kitti2012,
        changes: streets),
      MCCNNPreset(
        name: "indoor", purpose: "rooms, with Middlebury's weights: one candidate a pixel", base: .middlebury,
        changes: rooms),
      MCCNNPreset(
        name: "kitti2012-candidates", purpose: "the older name of driving", base: .kitti2012, changes: streets),
      MCCNNPreset(
        name: "middlebury-candidates", purpose: "the older name of indoor", base: .middlebury, changes: rooms),
    ] + published
  }()

  /// The preset of a method.
  ///
  /// - Parameters:
  ///   - cost: whose numbers.
  ///   - method: whose bundled weights; `nil`: it has none.
  ///   - alone: the parameters that matter to the cost alone.
  func preset(_ cost: MCCNNParameters.Cost, weightsOf method: String?, alone: [MethodParameter]) -> MethodPreset {
    let numbers = base.map { MCCNNParameters(cost, $0).values } ?? [:]
    return MethodPreset(
      name, purpose, numbers.merging(changes) { $1 }, weights: method.map { "\($0)-\(trainedOn)" },
      takes: base == nil ? Set(alone.map(\.key)) : nil)
  }

  /// What the bundled weights that suit were trained on.
  private var trainedOn: String { base == .middlebury ? "middlebury" : "kitti" }
}
