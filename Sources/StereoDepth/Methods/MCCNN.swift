internal import NeuralNetwork
internal import StereoCore
internal import StereoMatching
internal import StereoNetworks

extension MethodRegistry {
  private static let mcCNNPaper =
    "J. Žbontar, Y. LeCun: Stereo matching by training a convolutional neural network to compare image patches. JMLR 17, 2016"

  /// `mc-cnn-fast`: cosine of learned features, then the authors' pipeline with their numbers for the preset's data set.
  static let mcCNNFast = MethodDescription(
    name: "mc-cnn-fast", paper: mcCNNPaper,
    purpose: "learned costs in half a second to two: half the errors of sgm in streets",
    parameters: MCCNNConventions.parameters + MCCNNParameters.parameters,
    presets: MCCNNPreset.plain.map {
      $0.preset(.fast, weightsOf: "mc-cnn-fast", alone: MCCNNConventions.parameters)
    },
    weights: .bundled(files: ["mc-cnn-fast-kitti", "mc-cnn-fast-middlebury"]),
    gives: [.rightMap, .filling, .confidence]
  ) { setup in
    let cost = try MCCNNFast(
      weights(setup), conventions: MCCNNConventions(setup.values), in: setup.options.context)
    return try mcCNN(cost, .fast, setup)
  }

  /// `mc-cnn-accurate`: learned comparison, for all disparities or for the candidates that the fast network proposes.
  static let mcCNNAccurate = MethodDescription(
    name: "mc-cnn-accurate", paper: mcCNNPaper,
    purpose: "the least error that needs no weights to look for; seconds a frame",
    parameters: MCCNNConventions.parameters + candidateParameters + MCCNNParameters.parameters,
    presets: MCCNNPreset.ofCandidates.map {
      $0.preset(
        .accurate, weightsOf: "mc-cnn-accurate", alone: MCCNNConventions.parameters + candidateParameters)
    },
    weights: .bundled(files: ["mc-cnn-accurate-kitti", "mc-cnn-accurate-middlebury"]),
    gives: [.rightMap, .filling, .confidence]
  ) { setup in
    let cost = try MCCNNAccurate(
      weights(setup), conventions: MCCNNConventions(setup.values), candidates: candidates(setup),
      in: setup.options.context)
    return try mcCNN(cost, .accurate, setup)
  }

  /// What the fast network adds to the accurate one's costs.
  private static let candidateParameters = [
    MethodParameter(
      CandidateCount.key, "minima of the fast network's cost that are compared for every pixel, with their neighbours",
      .wholeOr(1...1_000_000_000, "all"), default: "all"),
    MethodParameter("blend", "share of the fast network's word in compared disparities", .number(0...1), default: 0),
    MethodParameter(
      "certainty",
      "pixels whose second minimum costs more than this above the first one are left to the fast network, cosines",
      .number(0...2), default: 2),
    MethodParameter(
      "proposer", "weights of the fast network", .text("a file"),
      defaultMeaning: "the bundled weights that suit the preset"),
  ]

  /// What the fast network adds to the accurate one's costs; `nil` where it is not needed.
  private static func candidates(_ setup: MethodSetup) throws -> MCCNNAccurate.Candidates? {
    let values = setup.values
    var count: Int?
    if case .whole(let number) = values[CandidateCount.key] { count = number }
    let blend = values.number("blend")
    guard count != nil || blend > 0 else {
      guard let proposer = values["proposer"] else { return nil }
      throw StereoError.invalidOption(
        name: "proposer", expected: "--candidates K or --set blend=A, else nothing is proposed", found: "\(proposer)")
    }
    let accurate = setup.preset.weights ?? "mc-cnn-accurate-kitti"
    let source =
      try values["proposer"].map { try WeightSource(file: "\($0)") }
      ?? WeightSource(
        bundled: accurate.hasSuffix("middlebury") ? "mc-cnn-fast-middlebury" : "mc-cnn-fast-kitti", for: setup.method)
    setup.opened.add(source.store)
    let proposer = try MCCNNFast(source.store, in: setup.options.context)
    return MCCNNAccurate.Candidates(
      proposer: proposer, count: count, blend: blend, certainty: values.number("certainty"))
  }

  /// `mc-cnn-census` and `mc-cnn-ad`: the costs that the paper compares with, in the authors' pipeline.
  static let mcCNNCensus = mcCNNPlain(
    "mc-cnn-census", "the census of 9×9 pixels in MC-CNN's pipeline, to compare with", .census, PatchCensus())
  static let mcCNNAbsoluteDifferences = mcCNNPlain(
    "mc-cnn-ad", "absolute differences of 9×9 pixels in MC-CNN's pipeline, to compare with", .absoluteDifferences,
    PatchAbsoluteDifferences())

  private static func mcCNNPlain(
    _ name: String, _ purpose: String, _ kind: MCCNNParameters.Cost, _ cost: any MatchingCost
  ) -> MethodDescription {
    MethodDescription(
      name: name, paper: mcCNNPaper, purpose: purpose, parameters: MCCNNParameters.parameters,
      presets: MCCNNPreset.plain.map { $0.preset(kind, weightsOf: nil, alone: []) },
      gives: [.rightMap, .filling, .confidence]
    ) { setup in try mcCNN(cost, kind, setup) }
  }

  /// The steps behind `cost`, with the preset's numbers and what the settings say.
  private static func mcCNN(
    _ cost: any MatchingCost, _ kind: MCCNNParameters.Cost, _ setup: MethodSetup
  ) throws -> any StereoMethod {
    // `raw` has no numbers: the cost alone.
    guard setup.preset.values["p1"] != nil else { return composed(MatchingPipeline(cost: cost), setup) }
    var parameters = MCCNNParameters(kind, .kitti2012)
    parameters.apply(setup.values)
    return composed(parameters.pipeline(cost, fill: setup.options.fill), setup)
  }

  /// The weights that the setup has.
  private static func weights(_ setup: MethodSetup) -> WeightStore {
    guard let weights = setup.weights else { preconditionFailure("\(setup.method): no weights") }
    return weights
  }
}
