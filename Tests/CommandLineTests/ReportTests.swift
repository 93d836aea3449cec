import Foundation
import Testing

/// The report in a headless Chromium: no console errors, sorting and the slider work, and it opens at once.
@Suite struct ReportTests {
  /// The first Chromium on the path.
  static let browser: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return URL(filePath: "\(folder)/\(name)")
      }
    }
    return nil
  }()

  /// What the page does when it is looked at: clicks a column twice, moves the slider, goes to the next frame.
  static let visitor = #"""
    <script>
    addEventListener("load", () => {
      const said = [], say = (name, value) => said.push(name + "=" + value);
      const column = k => [...document.querySelectorAll("#table tbody tr")].map(r => r.cells[k].textContent);
      say("ready", document.documentElement.dataset.ready);
      say("opened", Math.round(performance.now()));
      say("rows", column(0).length);
      const button = document.querySelectorAll("#table th button")[1];
      const numbers = () => column(1).map(Number);
      button.click();
      say("descending", numbers().every((v, k, all) => k === 0 || all[k - 1] >= v));
      button.click();
      say("ascending", numbers().every((v, k, all) => k === 0 || all[k - 1] <= v));
      const slider = document.getElementById("slider"), over = document.querySelector(".over");
      const before = over.style.clipPath;
      slider.value = 25;
      slider.dispatchEvent(new Event("input"));
      say("slider", before !== over.style.clipPath && over.style.clipPath.includes("25%"));
      const first = document.getElementById("frame-name").textContent;
      document.querySelectorAll("#table tbody tr")[2].click();
      say("chosen", document.getElementById("frame-name").textContent !== first || column(0)[2] === first);
      say("images", document.querySelectorAll("#pictures img").length);
      say("charts", document.querySelectorAll("svg").length);
      Promise.all([...document.images].map(i => i.decode().then(() => true, () => false))).then(all => {
        say("decoded", all.every(Boolean));
        const result = document.createElement("output");
        result.id = "visit";
        result.textContent = said.join(";");
        document.body.appendChild(result);
      });
    });
    </script>
    """#

  static func visit(_ page: URL, arguments: [String], in scratch: Scratch) throws -> (output: String, error: String) {
    let process = Process()
    process.executableURL = browser
    process.arguments =
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--user-data-dir=\(scratch.url.appending(path: "profile").path)", "--enable-logging=stderr",
        "--virtual-time-budget=20000", "--window-size=1360,2100",
      ] + arguments + [page.absoluteString]
    let (output, error) = (scratch.url.appending(path: "dom.txt"), scratch.url.appending(path: "log.txt"))
    for url in [output, error] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    process.waitUntilExit()
    return (try String(contentsOf: output, encoding: .utf8), try String(contentsOf: error, encoding: .utf8))
  }

  @Test(.enabled(if: browser != nil, "Chromium is not here: the report is not opened in a browser"))
  func worksInABrowser() throws {
    let scratch = try Scratch()
    try BenchmarkTests.dataset(scratch, frames: 5, layout: BenchmarkTests.kitti2012)
    let run = try Tool.run(BenchmarkTests.run2012 + ["--report", "report.html"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let report = scratch.url.appending(path: "report.html")
    let page = try String(contentsOf: report, encoding: .utf8)
    for network in ["http:", "https:", "//cdn", "@import", "url("] {
      let uses = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "").contains(network)
      #expect(!uses, "the report asks the network: \(network)")
    }
    let visited = scratch.url.appending(path: "visited.html")
    try page.replacingOccurrences(of: "</body>", with: Self.visitor + "</body>")
      .write(to: visited, atomically: true, encoding: .utf8)
    let (dom, log) = try Self.visit(visited, arguments: ["--dump-dom"], in: scratch)
    #expect(!log.contains("CONSOLE"), "\(log.split(separator: "\n").filter { $0.contains("CONSOLE") })")
    let answers = try #require(dom.firstMatch(of: /<output id="visit">([^<]*)</)).1.split(separator: ";")
    let said = Dictionary(
      uniqueKeysWithValues: answers.map { answer in
        let parts = answer.split(separator: "=", maxSplits: 1)
        return (String(parts[0]), String(parts[1]))
      })
    for name in ["descending", "ascending", "slider", "chosen", "decoded"] { #expect(said[name] == "true", "\(name)") }
    #expect(said["ready"] == "yes" && said["rows"] == "5" && said["charts"] == "4")
    #expect(said["images"] == "5", "left, prediction, truth, error, confidence")
    try Self.keepScreenshots(of: report, in: scratch)
  }

  /// Screenshots in light and dark, kept outside git for people to look at.
  static func keepScreenshots(of report: URL, in scratch: Scratch) throws {
    let folder = Tool.root.appending(path: ".build/report-screenshots")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, scheme) in [("light", 1), ("dark", 0)] {
      let picture = folder.appending(path: "\(name).png")
      try? FileManager.default.removeItem(at: picture)
      _ = try visit(
        report, arguments: ["--screenshot=\(picture.path)", "--blink-settings=preferredColorScheme=\(scheme)"],
        in: scratch)
      #expect(FileManager.default.fileExists(atPath: picture.path), "no screenshot \(picture.path)")
    }
  }
}
