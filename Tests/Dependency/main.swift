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
print("matched \(pair.size): \(depth.depths[250, 370]) m in the middle")
