import ArgumentParser
import Glibc
import Kernels
import NeuralNetwork
import StereoCore
import StereoDepth
import StereoMatching
import StereoNetworks
import Tensors

/// `stereodepth-bench network`: one end-to-end network from file to disparities.
struct NetworkBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Times an end-to-end network: loading, first frame, later frames, and its stages.",
    usage: "stereodepth-bench network --method psmnet --weights psmnet.tar --width 512 --height 256 --threads 2")

  @Option(help: "Name of the network.") var method = "psmnet"
  @Option(help: "Weights: safetensors or a PyTorch checkpoint.") var weights: String
  @Option(help: "Columns of the images, pixels.") var width = 512
  @Option(help: "Rows of the images, pixels.") var height = 256
  @Option(help: "Disparities, 0 ..< N.") var disparities = 192
  @Option(help: "Threads.") var threads = Parallel.processorCount
  @Option(help: "Frames that are timed after the first one.") var `repeat` = 3
  @Option(help: "Instruction set: portable, avx2, avx512.") var instructionSet = InstructionSet.best.rawValue
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    guard let set = InstructionSet(rawValue: instructionSet), InstructionSet.available.contains(set) else {
      throw ValidationError("this machine does not run \(instructionSet)")
    }
    let clock = ContinuousClock()
    let begin = clock.now
    let options = MatchingOptions(parallel: Parallel(threads: threads), instructionSet: set)
    let network = try NetworkMethod(
      method, weights: weights, range: DisparityRange(0, upTo: disparities), options: options)
    let load = begin.duration(to: clock.now)
    let size = PixelSize(width: width, height: height)
    let plan = try network.plan(for: size)
    let pair = try RectifiedPair(left: noise(seed: 1), right: noise(seed: 2))
    var result = StereoResult(size: size, range: network.range)
    var times: [Double] = []
    var stages: [(String, Double)] = []
    for _ in 0...`repeat` {
      let recorder = StageRecorder()
      let start = clock.now
      try network.match(pair, into: &result, progress: RunProgress { stage, _ in recorder.finished(stage) })
      times.append(start.duration(to: clock.now).seconds)
      stages = recorder.stages
    }
    let later = times.dropFirst().sorted()
    let median = later.isEmpty ? times[0] : later[later.count / 2]
    let checksum = result.left.disparities.samples.reduce(0.0) { $0 + Double($1) } / Double(width * height)
    let entries: [(String, JSONText)] = [
      ("method", .text(method)), ("instructionSet", .text(set.rawValue)), ("threads", .number(Double(threads))),
      ("width", .number(Double(width))), ("height", .number(Double(height))),
      ("disparities", .number(Double(disparities))), ("loadSeconds", .number(load.seconds)),
      ("firstFrameSeconds", .number(times[0])), ("frameSeconds", .number(median)),
      ("bestFrameSeconds", .number(later.first ?? times[0])), ("multiplyAdds", .number(Double(plan.multiplyAdds))),
      ("nominalGFLOPs", .number(2 * Double(plan.multiplyAdds) / median / 1e9)),
      ("plannedBytes", .number(Double(plan.peakBytes))), ("peakBytes", .number(Double(peakResidentBytes()))),
      ("meanDisparity", .number(checksum)),
      ("stages", .object(stages.map { ($0.0, .number($0.1)) })),
    ]
    printReport(entries, asJSON: json)
  }

  /// A picture of noise, the same for every run.
  private func noise(seed: UInt64) -> Image {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    let bytes = (0..<width * height * 3).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    return Image(format: .rgb8, bytes: Plane(width: width * 3, height: height, samples: bytes))
  }
}

/// Notes when each stage of a run was finished.
private final class StageRecorder: @unchecked Sendable {
  private var last = ContinuousClock.now
  private(set) var stages: [(String, Double)] = []

  func finished(_ stage: String) {
    let now = ContinuousClock.now
    stages.append((stage, last.duration(to: now).seconds))
    last = now
  }
}

/// The greatest resident memory of this process so far, bytes.
func peakResidentBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

extension Duration {
  /// Seconds, with fraction.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
