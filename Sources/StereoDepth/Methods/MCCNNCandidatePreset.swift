internal import StereoNetworks

/// A preset of `mc-cnn-accurate` that compares candidates only: what it adds to the published numbers of a data set.
struct MCCNNCandidatePreset: Sendable {
  /// Its name on the command line.
  let name: String
  /// The published numbers that it starts from; they also say which bundled weights are used.
  let base: MCCNNParameters.DataSet
  /// `--candidates`.
  let candidates: Int
  /// As if given by `--set`.
  let settings: [String: String]

  /// All of them, the method's default first.
  static let all = [
    MCCNNCandidatePreset(
      name: "kitti2012-candidates", base: .kitti2012, candidates: 1,
      settings: [
        "blend": "0.5", "p1": "2", "p2": "27.86", "q1": "3", "q2": "2.5", "vertical-divisor": "1.5", "contrast": "0.02",
      ]),
    MCCNNCandidatePreset(
      name: "middlebury-candidates", base: .middlebury, candidates: 1, settings: ["blend": "0.5"]),
  ]

  /// The request with the preset's numbers written out, where it names one of these presets; what the request says itself wins.
  static func resolved(_ request: MethodRequest) -> MethodRequest {
    guard let preset = all.first(where: { $0.name == request.preset }) else { return request }
    var request = request
    request.preset = preset.base.rawValue
    request.candidates = request.candidates ?? .least(preset.candidates)
    request.settings.merge(preset.settings) { given, _ in given }
    return request
  }
}
