import Dispatch
import Glibc
import Synchronization

/// Bands of work over threads: the only place that makes threads.
///
/// Goals, in order: the result never depends on the number of threads; no thread ever waits for another inside a band
/// (a machine may run the bands one after the other); little overhead. Callers cut their work into bands of a size that
/// depends on the work alone; threads take the next band as they become free.
public struct Parallel: Sendable {
  /// Number of threads that work at the same time, at least 1.
  public let threads: Int

  /// - Parameter threads: threads to use; `nil` or less than 1 means one for every processor core.
  public init(threads: Int? = nil) {
    let asked = threads ?? 0
    self.threads = asked >= 1 ? asked : Parallel.processorCount
  }

  /// One thread: the caller's own.
  public static let serial = Parallel(threads: 1)

  /// Processor cores of this machine.
  public static let processorCount: Int = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Calls `body` once for each of `count` bands, in any order, several at a time.
  public func bands(_ count: Int, _ body: @Sendable (_ band: Int) -> Void) {
    let workers = min(threads, count)
    if workers <= 1 {
      for band in 0..<max(count, 0) { body(band) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let band = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if band >= count { return }
        body(band)
      }
    }
  }

  /// Calls `body` for the ranges `0 ..< size`, `size ..< 2 · size`, … of `0 ..< count`.
  public func ranges(of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
    precondition(size > 0, "Parallel: bands of \(size) rows")
    bands((count + size - 1) / size) { band in
      body(band * size..<min(count, (band + 1) * size))
    }
  }
}

/// A pointer that crosses threads: each band writes its own part of what it points at.
package struct SharedPointer<Element>: @unchecked Sendable {
  /// The memory, owned by the caller of the parallel loop.
  package let pointer: UnsafeMutablePointer<Element>

  /// - Parameter pointer: memory that outlives the parallel loop.
  package init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
