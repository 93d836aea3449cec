import Foundation
import StereoDepth

/// What `match` says when it is done; its JSON keys are the contract's.
struct MatchReport: Encodable {
  /// Parts of the run, seconds; `match` is the engine alone.
  struct Seconds: Encodable {
    let load: Double
    let match: Double
    let write: Double
    let total: Double
  }

  let method: String
  let preset: String
  let width: Int
  let height: Int
  let minDisparity: Int
  let maxDisparity: Int
  var validFraction = 0.0
  var filledFraction = 0.0
  /// Median vertical flow, pixels; left out where the method measures none.
  var verticalFlow: Float?
  let threads: Int
  let instructionSet: String
  var seconds = Seconds(load: 0, match: 0, write: 0, total: 0)
  var peakMemoryBytes = 0
  /// Path of each output by its kind; a second format of one kind stands under `kind.ending`.
  var outputs: [String: String] = [:]
  /// What was done that the user should know, one sentence each (such as how 16-bit images were scaled).
  var notes: [String] = []
  var warnings: [String] = []

  /// A report of a run that has not been measured yet.
  init(matcher: StereoMatcher, size: PixelSize, threads: Int) {
    method = matcher.method.name
    preset = matcher.preset
    width = size.width
    height = size.height
    minDisparity = matcher.range.lowerBound
    maxDisparity = matcher.range.upperBound
    self.threads = threads
    instructionSet = InstructionSet.best.rawValue
  }

  /// Notes a file that was written.
  mutating func add(_ kind: OutputArguments.Kind, _ path: String) {
    let ending = URL(filePath: path).pathExtension
    outputs[outputs[kind.rawValue] == nil ? kind.rawValue : "\(kind.rawValue).\(ending)"] = path
  }

  /// Takes the shares of the result and the memory of the process.
  mutating func measure(_ result: borrowing StereoResult) {
    (validFraction, filledFraction) = result.left.fractions()
    verticalFlow = result.verticalFlow
    peakMemoryBytes = Self.peakMemoryBytes()
  }

  /// Greatest resident size of this process so far, bytes; 0 where the system does not tell.
  static func peakMemoryBytes() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) * 1024
    }
    return 0
  }

  /// Prints the report for people or as JSON.
  func print(json: Bool) throws {
    if json { return try printJSON(self) }
    let milliseconds = String(format: "%.1f ms", seconds.match * 1000)
    Swift.print(
      "\(method) (\(preset)) matched \(width)×\(height), disparities \(minDisparity) ..< \(maxDisparity), "
        + "in \(milliseconds) on \(threads) thread\(threads == 1 ? "" : "s") (\(instructionSet)).")
    Swift.print(
      String(
        format: "%.1f %% of the pixels have a disparity, %.1f %% were filled.",
        validFraction * 100, filledFraction * 100))
    if let verticalFlow { Swift.print(String(format: "The median vertical flow is %.2f pixels.", verticalFlow)) }
    for note in notes { Swift.print("\(note).") }
    for (kind, path) in outputs.sorted(by: { $0.key < $1.key }) {
      Swift.print("  \(kind.padding(toLength: 15, withPad: " ", startingAt: 0)) \(path)")
    }
    for warning in warnings { FileHandle.standardError.write(Data("stereodepth: warning: \(warning)\n".utf8)) }
  }

  /// Prints what a run would need.
  static func printPlan(_ plan: RunPlan, matcher: StereoMatcher, size: PixelSize, json: Bool) throws {
    struct Plan: Encodable {
      struct Stage: Encodable {
        let name: String
        let bytes: Int
        let multiplyAdds: Int
      }
      let method: String
      let preset: String
      let width: Int
      let height: Int
      let peakBytes: Int
      let multiplyAdds: Int
      let stages: [Stage]
    }
    if json {
      let stages = plan.stages.map { Plan.Stage(name: $0.name, bytes: $0.bytes, multiplyAdds: $0.multiplyAdds) }
      return try printJSON(
        Plan(
          method: matcher.method.name, preset: matcher.preset, width: size.width, height: size.height,
          peakBytes: plan.peakBytes, multiplyAdds: plan.multiplyAdds, stages: stages))
    }
    Swift.print("\(matcher.method.name) (\(matcher.preset)) on \(size), disparities \(matcher.range):")
    Swift.print(String(format: "  peak memory    %.1f MB", Double(plan.peakBytes) / 1e6) + " (\(plan.peakBytes) bytes)")
    Swift.print(String(format: "  multiply-adds  %.2f G", Double(plan.multiplyAdds) / 1e9))
    let column = max(28, (plan.stages.map(\.name.count).max() ?? 0) + 1)
    for stage in plan.stages {
      let name = stage.name.padding(toLength: column, withPad: " ", startingAt: 0)
      Swift.print(
        "    \(name)" + String(format: "%9.1f MB %9.2f G", Double(stage.bytes) / 1e6, Double(stage.multiplyAdds) / 1e9))
    }
  }
}
