import ArgumentParser

/// `stereodepth-bench`: measures kernels and whole methods.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stereodepth-bench", abstract: "Times kernels and whole methods of StereoDepth.",
    subcommands: [NetworkBenchmark.self, KernelBenchmark.self], defaultSubcommand: KernelBenchmark.self)
}
