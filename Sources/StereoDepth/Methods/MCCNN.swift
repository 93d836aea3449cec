internal import NeuralNetwork
internal import StereoCore
internal import StereoMatching
internal import StereoNetworks

extension MethodRegistry {
  private static let mcCNNPaper =
    "J. Žbontar, Y. LeCun: Stereo matching by training a convolutional neural network to compare image patches. JMLR 17, 2016"
  private static let mcCNNPresets = ["kitti2012", "kitti2015", "middlebury", "raw"]

  /// `mc-cnn-fast`: cosine of learned features, then the authors' pipeline with their numbers for the preset's data set.
  static let mcCNNFast = MethodDescription(
    name: "mc-cnn-fast", paper: mcCNNPaper, presets: mcCNNPresets,
    weights: .bundled(files: ["mc-cnn-fast-kitti", "mc-cnn-fast-middlebury"]), defaultRange: 0..<192
  ) { request in
    try request.allowSettings(Set(MCCNNConventions.keys + MCCNNParameters.settingKeys))
    let cost = try MCCNNFast(
      weights("mc-cnn-fast", request, given: request.weights), settings: request.settings,
      in: request.options.context)
    return try mcCNN(cost, parameters(.fast, request), request)
  }

  /// `mc-cnn-accurate`: learned comparison, for all disparities or for the candidates that the fast network proposes.
  static let mcCNNAccurate = MethodDescription(
    name: "mc-cnn-accurate", paper: mcCNNPaper, presets: MCCNNCandidatePreset.all.map(\.name) + mcCNNPresets,
    weights: .bundled(files: ["mc-cnn-accurate-kitti", "mc-cnn-accurate-middlebury"]), defaultRange: 0..<192,
    takesCandidates: true
  ) { request in
    try request.allowSettings(
      Set(MCCNNConventions.keys + MCCNNParameters.settingKeys + ["blend", "certainty", "proposer"]))
    let request = MCCNNCandidatePreset.resolved(request)
    let cost = try MCCNNAccurate(
      weights("mc-cnn-accurate", request, given: request.weights), settings: request.settings,
      candidates: candidates(request), in: request.options.context)
    return try mcCNN(cost, parameters(.accurate, request), request)
  }

  /// What the fast network adds to the accurate one's costs; `nil` where it is not needed.
  private static func candidates(_ request: MethodRequest) throws -> MCCNNAccurate.Candidates? {
    var count: Int?
    if case .least(let number) = request.candidates { count = number }
    guard count ?? 1 > 0 else {
      throw StereoError.invalidOption(name: "--candidates", expected: "at least 1, or all", found: "\(count ?? 0)")
    }
    func number(_ key: String, upTo greatest: Float, else fallback: Float) throws -> Float {
      guard let text = request.settings[key] else { return fallback }
      if let value = Float(text), (0...greatest).contains(value) { return value }
      throw StereoError.invalidOption(name: key, expected: "a number from 0 to \(greatest)", found: text)
    }
    let blend = try number("blend", upTo: 1, else: 0)
    let certainty = try number("certainty", upTo: 2, else: 2)
    guard count != nil || blend > 0 else {
      guard let proposer = request.settings["proposer"] else { return nil }
      throw StereoError.invalidOption(
        name: "proposer", expected: "--candidates K or --set blend=A, else nothing is proposed", found: proposer)
    }
    let proposer = try MCCNNFast(
      weights("mc-cnn-fast", request, given: request.settings["proposer"]), in: request.options.context)
    return MCCNNAccurate.Candidates(proposer: proposer, count: count, blend: blend, certainty: certainty)
  }

  /// `mc-cnn-census` and `mc-cnn-ad`: the costs that the paper compares with, in the authors' pipeline.
  static let mcCNNCensus = mcCNNPlain("mc-cnn-census", .census, PatchCensus())
  static let mcCNNAbsoluteDifferences = mcCNNPlain("mc-cnn-ad", .absoluteDifferences, PatchAbsoluteDifferences())

  private static func mcCNNPlain(
    _ name: String, _ kind: MCCNNParameters.Cost, _ cost: any MatchingCost
  ) -> MethodDescription {
    MethodDescription(name: name, paper: mcCNNPaper, presets: mcCNNPresets, weights: .none, defaultRange: 0..<192) {
      request in
      try request.allowSettings(Set(MCCNNParameters.settingKeys))
      return try mcCNN(cost, parameters(kind, request), request)
    }
  }

  /// The published numbers for the preset's data set; `nil`: the cost alone.
  private static func parameters(_ kind: MCCNNParameters.Cost, _ request: MethodRequest) -> MCCNNParameters? {
    MCCNNParameters.DataSet(rawValue: request.preset).map { MCCNNParameters(kind, $0) }
  }

  /// The steps behind `cost`, with what the settings say.
  private static func mcCNN(
    _ cost: any MatchingCost, _ parameters: MCCNNParameters?, _ request: MethodRequest
  ) throws -> any StereoMethod {
    guard var parameters else {
      return MatchingPipeline(cost: cost).engine(over: request.range, options: request.options)
    }
    try parameters.apply(request.settings)
    return parameters.pipeline(cost, fill: request.options.fill)
      .engine(over: request.range, options: request.options)
  }

  /// The given file, else the bundled weights that suit the preset.
  private static func weights(_ method: String, _ request: MethodRequest, given path: String?) throws -> WeightStore {
    let model = "\(method)-\(request.preset == "middlebury" ? "middlebury" : "kitti")"
    guard let store = try request.openWeights(path, else: model) else {
      throw StereoError.missingWeights(
        method: method,
        hint: "\(model) is not among the bundled models: give --weights FILE (CNES's .pt of the PyPI package MCCNN, or "
          + "what Models/training/mc-cnn trains)")
    }
    return store
  }
}
