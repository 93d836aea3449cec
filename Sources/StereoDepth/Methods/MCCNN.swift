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
    weights: .bundled(files: ["mc-cnn-fast-kitti", "mc-cnn-fast-middlebury"]), defaultRange: 0..<228
  ) { request in
    try request.allowSettings(Set(MCCNNConventions.keys))
    let cost = try MCCNNFast(
      weights("mc-cnn-fast", request, given: request.weights), settings: request.settings,
      parallel: request.options.parallel, instructionSet: request.options.instructionSet)
    if let dataSet = MCCNNParameters.DataSet(rawValue: request.preset) {
      return MCCNNParameters(.fast, dataSet).byteMatcher(cost, fill: request.options.fill, range: request.range)
    }
    return mcCNN(cost, .fast, request)
  }

  /// `mc-cnn-accurate`: learned comparison, for all disparities or for the candidates that the fast network proposes.
  static let mcCNNAccurate = MethodDescription(
    name: "mc-cnn-accurate", paper: mcCNNPaper, presets: mcCNNPresets,
    weights: .needed(
      accepts: "CNES's mc_cnn_accurate_*.pt (PyPI package MCCNN), or what Models/training/mc-cnn trains; "
        + "--candidates K uses the bundled mc-cnn-fast, or --set proposer=FILE"),
    defaultRange: 0..<228
  ) { request in
    try request.allowSettings(Set(MCCNNConventions.keys + ["proposer"]))
    let options = request.options
    var candidates: MCCNNAccurate.Candidates?
    if let count = request.candidates {
      guard count > 0 else {
        throw StereoError.invalidOption(name: "--candidates", expected: "at least 1", found: "\(count)")
      }
      let proposer = try MCCNNFast(
        weights("mc-cnn-fast", request, given: request.settings["proposer"]), parallel: options.parallel,
        instructionSet: options.instructionSet)
      candidates = MCCNNAccurate.Candidates(proposer: proposer, count: count)
    }
    let cost = try MCCNNAccurate(
      weights("mc-cnn-accurate", request, given: request.weights), settings: request.settings, candidates: candidates,
      parallel: options.parallel, instructionSet: options.instructionSet)
    return mcCNN(cost, .accurate, request)
  }

  /// The preset's steps behind `cost`.
  private static func mcCNN(
    _ cost: any MatchingCost, _ kind: MCCNNParameters.Cost, _ request: MethodRequest
  ) -> PipelineMethod {
    let pipeline =
      MCCNNParameters.DataSet(rawValue: request.preset).map {
        MCCNNParameters(kind, $0).pipeline(cost, fill: request.options.fill)
      } ?? MatchingPipeline(cost: cost)
    return PipelineMethod(pipeline.running(on: request.options.parallel), range: request.range)
  }

  /// The given file, else the bundled weights that suit the preset.
  private static func weights(_ method: String, _ request: MethodRequest, given path: String?) throws -> WeightStore {
    if let path { return try WeightStore(path: path) }
    let model = "\(method)-\(request.preset == "middlebury" ? "middlebury" : "kitti")"
    guard let path = BundledModels.weights(of: model) else {
      throw StereoError.missingWeights(
        method: method,
        hint: "Models/\(model) is not there: give --weights FILE (CNES's .pt of the PyPI package MCCNN, or what "
          + "Models/training/mc-cnn trains), or set STEREODEPTH_MODELS")
    }
    return try WeightStore(path: path)
  }
}
