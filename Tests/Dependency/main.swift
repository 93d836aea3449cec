// A program of somebody else's, built by .ci/run against this package: matches a pair through the library.

import StereoDepth

let scene = CommandLine.arguments[1]
let pair = try RectifiedPair(left: readImage(scene + "/left.png"), right: readImage(scene + "/right.png"))
let matcher = try StereoMatcher(preset: "realtime", range: DisparityRange(0, upTo: 64))
let result = try matcher.match(pair)
let calibration = try readCalibration(scene + "/calib.txt")
let depth = DepthMap(of: result.left, with: calibration)
// Bundled weights are in the program, wherever it is.
let learned = try StereoMatcher(method: "modulenet", range: DisparityRange(0, upTo: 64))
print("modulenet's weights: \(learned.weights.map(\.path))")

// A cost, a method and a kind of output of one's own, by their names: see OwnSteps.swift.
try MatchingSteps.register(cost: RootDifferences.step)
try MethodRegistry.register(smoothest)
try OutputRegistry.register(meanOutput)
let range = try DisparityRange(0, upTo: 64)
let composed = try StereoMatcher(
  method: "pipeline", range: range, settings: ["cost": "root-differences", "root-limit": "3", "p2": "5"])
let own = try StereoMatcher(method: "smoothest", preset: "smooth", range: range, settings: ["strength": "1.5"])
for (name, matcher) in [("pipeline", composed), ("smoothest", own)] {
  let result = try matcher.match(pair)
  let path = "\(name).txt"
  _ = try OutputRegistry.kind(named: "mean").write(pair, result, OutputSettings(calibration: calibration), path)
  let (valid, _) = result.left.fractions()
  guard valid > 0.99 else { fatalError("\(name): \(valid) of the pixels") }
  print("\(name): \(valid) of the pixels, \(path)")
}
let entry = try BenchmarkEntry(parsing: "smoothest:smooth:strength=1.5")
print("a benchmark runs \(entry.label)")
print("matched \(pair.size): \(depth.depths[250, 370]) m in the middle")
