import Foundation
import Testing

/// Streams and memory as a user's shell may set them: closed, full, limited. The program says what is wrong, or goes on.
@Suite struct StreamTests {
  static let match = "$tool match left.pgm right.pgm --max-disparity 16 --disparity d.pfm"

  /// Warnings, errors and progress go to a stream that takes nothing: the result is the same, an error keeps its code.
  @Test(arguments: ["2>&-", "2>/dev/full", "2> >(exec true)"]) func standardErrorThatIsGone(stream: String) throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 40, height: 30, disparity: 3)
    let run = try Tool.shell("\(Self.match) --depth z.png --focal-length 9 --baseline 9000 \(stream)", in: scratch.url)
    #expect(run.code == 0 && run.output.contains("matched"))
    #expect(scratch.contents.contains("d.pfm"))
    #expect(try Tool.shell("$tool match absent.png right.pgm \(stream)", in: scratch.url).code == 66)
    #expect(try Tool.shell("$tool match \(stream)", in: scratch.url).code == 64)
    // What would be written there must not go into a file that was opened in its place.
    let size = try Data(contentsOf: scratch.url.appending(path: "d.pfm")).count
    #expect(size == "Pf\n40 30\n-1.0\n".utf8.count + 40 * 30 * 4)
  }

  /// A report that cannot be written is an error; one that nobody wants to the end, as `head` does, is none.
  @Test func standardOutputThatIsGone() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 40, height: 30, disparity: 3)
    for command in [Self.match, "$tool methods --json", "$tool --help"] {
      for stream in [">&-", ">/dev/full"] {
        let run = try Tool.shell("\(command) \(stream)", in: scratch.url)
        #expect(
          run.code == 73 && run.error.contains("standard output"), "\(command) \(stream): \(run.code) \(run.error)")
      }
      let run = try Tool.shell("set -o pipefail; \(command) | exec true", in: scratch.url)
      #expect(run.code == 0 && run.error.isEmpty, "\(command): \(run.code) \(run.error)")
    }
    #expect(try Tool.shell("\(Self.match) --quiet <&- >&- 2>&-", in: scratch.url).code == 0)
  }

  /// From a limit at which the program starts at all to one at which it runs through: success, or 69 with one line.
  @Test func memoryThatIsRefusedIsSaid() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 1200, height: 800, disparity: 3)
    var refusals = 0
    var successes = 0
    for megabytes in stride(from: 160, through: 1600, by: 120) {
      for preset in ["realtime", "raw"] {
        let limit = "ulimit -v $((\(megabytes) * 1024)); "
        guard try Tool.shell(limit + "$tool --version", in: scratch.url).code == 0 else { continue }
        let run = try Tool.shell(
          limit + "$tool match left.pgm right.pgm --max-disparity 64 --preset \(preset) --quiet --output-directory out",
          in: scratch.url)
        if run.code == 0 { successes += 1 } else { refusals += 1 }
        #expect(run.code == 0 || run.code == 69, "\(megabytes) MB, \(preset): \(run.code) \(run.error)")
        if run.code == 69 {
          #expect(run.error.hasPrefix("stereodepth: ") && run.error.contains("memory"), "\(run.error)")
          #expect(run.error.split(separator: "\n").count == 1, "\(run.error)")
        }
      }
    }
    #expect(refusals > 0 && successes > 0, "\(refusals) refusals, \(successes) successes: the limits tell nothing")
  }

  /// Where nobody can draw a bar, a line tells after a second that the run is alive; `--quiet` is quiet.
  @Test func progressIsToldInLines() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 300, height: 200, disparity: 3)
    let endless = "timeout -s INT 4 $tool match left.pgm right.pgm --repeat 1000000 --disparity d.pfm"
    let run = try Tool.shell(endless, in: scratch.url)
    let lines = run.error.split(separator: "\n")
    #expect(lines.first?.hasPrefix("stereodepth: sgm: 1 s, ") == true, "\(run.error)")
    #expect(!run.error.contains("\u{1B}") && lines.count <= 4, "\(run.error)")
    let quiet = try Tool.shell(endless + " --quiet", in: scratch.url)
    #expect(quiet.error.split(separator: "\n") == ["stereodepth: interrupted"], "\(quiet.error)")
  }

  /// Bundled weights are in the program: moved away from the package, it has them.
  @Test func aMovedProgramHasItsModels() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 120, height: 60, disparity: 3)
    let script = """
      unset STEREODEPTH_MODELS; cp "$tool" moved; for method in mc-cnn-fast modulenet; do
      ./moved match left.pgm right.pgm --max-disparity 32 --method $method --disparity $method.pfm --quiet || exit; done
      mkdir -p models/mc-cnn-fast-kitti; echo nothing > models/mc-cnn-fast-kitti/mc-cnn-fast-kitti.safetensors
      STEREODEPTH_MODELS=models ./moved match left.pgm right.pgm --method mc-cnn-fast
      """
    let run = try Tool.shell(script, in: scratch.url)
    // The folder that the variable names goes before: what is in it is no file of weights.
    #expect(run.code == 65 && run.error.contains("models/mc-cnn-fast-kitti"), "\(run.error)")
    for name in ["mc-cnn-fast.pfm", "modulenet.pfm"] {
      let values = try MatchTests.pfm(scratch.url.appending(path: name))
      let inner = (10..<50).flatMap { y in (40..<110).map { x in values[y * 120 + x] } }
      #expect(Double(inner.filter { abs($0 - 3) < 0.5 }.count) / Double(inner.count) > 0.95, "\(name)")
    }
  }
}
