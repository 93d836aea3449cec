import Kernels
import Synchronization
import Tensors
import Testing

@Suite struct ComputeContextTests {
  /// Shares of parts within parts are shares of the whole.
  @Test func partsTellTheShareOfTheWhole() {
    let told = Mutex<[(String, Double)]>([])
    let context = ComputeContext(report: { part, share in told.withLock { $0.append((part, share)) } })
    context.report(0.25)
    let second = context.part("second", from: 0.5, upTo: 0.75)
    second.report(0.5)
    second.part("inner", upTo: 0.2).report(1)
    second.part("named").report(1)
    let found = told.withLock { $0 }
    #expect(found.map(\.0) == ["", "second", "inner", "named"])
    for (share, expected) in zip(found.map(\.1), [0.25, 0.625, 0.55, 0.75]) { #expect(abs(share - expected) < 1e-12) }
  }

  /// Another observer of the same context: the first one hears nothing of that run.
  @Test func everyRunHasItsObserver() {
    let (first, second) = (Counter(), Counter())
    let context = ComputeContext(report: { _, _ in _ = first.next() })
    let run = context.observed(
      isCancelled: { second.count > 0 }, report: { _, _ in _ = second.next() })
    #expect(!run.isCancelled)
    run.part("part").report(1)
    #expect(run.isCancelled && !context.isCancelled && run.serial.isCancelled)
    #expect(first.count == 0 && second.count == 1)
    #expect(run.serial.parallel.threads == 1)
  }

  /// Rows, ranges, bands and items that have not begun when the run is cancelled are left undone.
  @Test func whatHasNotBegunIsLeftUndone() {
    func context(after count: Int) -> ComputeContext {
      let asked = Counter()
      return ComputeContext(parallel: .serial, isCancelled: { asked.next() > count })
    }
    var plane = Plane<Int>(width: 2, height: 50, repeating: 0)
    context(after: 20).rows(of: &plane) { _, row in row[0] = 1 }
    #expect(plane.samples.reduce(0, +) == 20)
    var volume = Volume<Int>(width: 2, height: 50, depth: 2, repeating: 0)
    context(after: 9).rows(of: &volume) { _, row in row[0] = 1 }
    #expect(volume.samples.reduce(0, +) == 9)
    let work = Counter()
    context(after: 3).ranges(of: 50, size: 5) { _ in _ = work.next() }
    context(after: 4).bands(50) { _ in _ = work.next() }
    context(after: 5).items(50, scratchFloats: 1) { _, _ in _ = work.next() }
    #expect(work.next() == 13)
  }

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
  }
}
