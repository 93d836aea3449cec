import Foundation
import StereoDepth
import Synchronization
import Testing

@Suite struct StereoMatcherTests {
  /// A second thread is refused while the first one matches; nothing traps, and the matcher goes on to work.
  @Test func oneMatcherServesOneThreadAtATime() throws {
    let matcher = Shared(try StereoMatcher(preset: "realtime", range: DisparityRange(0..<16)))
    let refused = Mutex<[StereoError]>([])
    let pair = Shared(try SmallScene.pair())
    // The progress is told in the middle of the run: a run inside it is a second user for certain.
    let progress = RunProgress { _, _ in
      do throws(StereoError) {
        _ = try matcher.value.match(pair.value)
      } catch { refused.withLock { $0.append(error) } }
    }
    let result = try matcher.value.match(pair.value, progress: progress)
    let errors = refused.withLock { $0 }
    #expect(!errors.isEmpty && errors.allSatisfy { $0 == .matcherInUse })
    #expect(result.left.fractions().valid > 0.9)
    #expect(try matcher.value.match(pair.value).left.fractions().valid > 0.9)
  }

  /// Four threads at once: each gets a result or the error, and there is at least one result.
  @Test func fourThreadsGetResultsOrErrors() throws {
    let matcher = Shared(try StereoMatcher(preset: "realtime", range: DisparityRange(0..<16)))
    let pair = Shared(try SmallScene.pair(width: 400, height: 300))
    let counts = Mutex((results: 0, refusals: 0))
    Parallel(threads: 4).bands(16) { _ in
      do throws(StereoError) {
        _ = try matcher.value.match(pair.value)
        counts.withLock { $0.results += 1 }
      } catch {
        counts.withLock { $0.refusals += error == .matcherInUse ? 1 : 100 }
      }
    }
    let (results, refusals) = counts.withLock { $0 }
    #expect(results > 0 && results + refusals == 16)
  }

  /// Whether the system refuses what it cannot have: not where it is told to promise everything.
  static let systemRefuses: Bool = {
    let rule = try? String(contentsOfFile: "/proc/sys/vm/overcommit_memory", encoding: .utf8)
    return rule?.hasPrefix("1") == false
  }()

  /// A run whose memory no machine has (1 TB) is refused by an error before anything is allocated.
  @Test(.enabled(if: systemRefuses)) func memoryThatTheSystemRefusesIsAnError() throws {
    let matcher = try StereoMatcher(method: "pipeline", range: DisparityRange(0..<16384))
    let pair = try SmallScene.pair(width: 8000, height: 2000)
    #expect(try matcher.plan(for: pair.size).peakBytes > 1_000_000_000_000)
    var error: StereoError?
    do throws(StereoError) {
      _ = try matcher.match(pair)
    } catch let found { error = found }
    guard case .memoryRefused(let planned) = error else {
      Issue.record("expected a refusal, found \(String(describing: error))")
      return
    }
    #expect(planned > 1_000_000_000_000)
  }
}

/// Lends a value to several threads, as a careless caller or one of another language does.
private final class Shared<Value: ~Copyable>: @unchecked Sendable {
  let value: Value
  init(_ value: consuming Value) { self.value = value }
}
