import ArgumentParser
import Kernels

/// `stereodepth-bench kernels`: every kernel, by instruction set and threads.
struct KernelBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract:
      "Times every kernel at the sizes of the methods: nominal and effective GFLOP/s and share of the FMA peak, or GB/s, or cells/s.",
    usage: "stereodepth-bench kernels --threads 1 --instruction-set avx2 --json")

  @Option(help: "Threads.") var threads = 1
  @Option(help: "Instruction set: portable, avx2, avx512; all of this machine if left out.") var instructionSet: String?
  @Option(help: "Only kernels whose name contains this.") var only = ""
  @Option(help: "Timed runs of each kernel; the best counts.") var runs = 3
  @Flag(help: "One JSON object on standard output.") var json = false

  func run() throws {
    let asked = InstructionSet.available.filter { instructionSet == nil || $0.rawValue == instructionSet }
    if asked.isEmpty { throw ValidationError("this machine does not run \(instructionSet ?? "")") }
    var results: [JSONText] = []
    for set in asked {
      let peak = MultiplyAddPeak.perSecond(set) * Double(threads)
      if !json { print("\(set.rawValue), \(threads) threads, peak \(shown(2 * peak / 1e9)) GFLOP/s") }
      let context = ComputeContext(instructionSet: set, parallel: Parallel(threads: threads))
      for kernel in TimedKernel.all where kernel.name.contains(only) || only.isEmpty {
        let seconds = kernel.bestTime(runs: runs, in: context)
        let rates = kernel.work.rates(seconds: seconds, peak: peak)
        if !json {
          let text = rates.map { "\(shown($0.value * $0.scale)) \($0.unit)" }.joined(separator: ", ")
          print("  \(kernel.name) \(kernel.size): \(shown(seconds * 1e3)) ms, \(text)")
        }
        results.append(
          .object(
            [
              ("kernel", .text(kernel.name)), ("size", .text(kernel.size)), ("instructionSet", .text(set.rawValue)),
              ("threads", .number(Double(threads))), ("seconds", .number(seconds)),
            ] + rates.map { ($0.name, .number($0.value)) }))
      }
    }
    if json { printReport([("kernels", .list(results))], asJSON: true) }
  }

  /// Three digits, and all before the point.
  private func shown(_ value: Double) -> String {
    var unit = 1.0
    while value > 0 && value * unit < 100 && unit < 1e6 { unit *= 10 }
    return "\((value * unit).rounded() / unit)"
  }
}

extension TimedKernel.Work {
  /// A speed: how JSON calls it, its value, and how it is shown to people.
  struct Rate {
    let name: String
    let value: Double
    var scale = 1.0
    let unit: String
  }

  /// The speeds of a call; `peak` is what all threads can do, multiply-adds a second.
  func rates(seconds: Double, peak: Double) -> [Rate] {
    func perNanosecond(_ count: Int) -> Double { Double(count) / seconds / 1e9 }
    switch self {
    case .multiplyAdds(let count, let saving):
      let nominal = 2 * perNanosecond(count)
      return [
        Rate(name: "nominalGFLOPs", value: nominal, unit: "GFLOP/s"),
        Rate(name: "effectiveGFLOPs", value: nominal / saving, unit: "effective"),
        Rate(name: "shareOfPeak", value: nominal / saving * 1e9 / (2 * peak), scale: 100, unit: "% of the peak"),
      ]
    case .bytes(let count): return [Rate(name: "gigabytesPerSecond", value: perNanosecond(count), unit: "GB/s")]
    case .cells(let count): return [Rate(name: "gigacellsPerSecond", value: perNanosecond(count), unit: "Gcells/s")]
    }
  }
}
