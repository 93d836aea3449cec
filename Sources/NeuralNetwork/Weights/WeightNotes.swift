import Synchronization

/// What reading weights had to decide, for those who made a method: below which prefix the network's tensors were found.
///
/// A method is made by a closure that only returns the method; whoever calls it collects the notes of everything that reads
/// weights inside.
package final class WeightNotes: Sendable {
  @TaskLocal private static var current: WeightNotes?

  private let lines = Mutex<[String]>([])

  /// Runs `body` and returns what it returned, with the notes of all weights that were read in it.
  package static func collecting<Result>(_ body: () throws -> Result) rethrows -> (result: Result, notes: [String]) {
    let notes = WeightNotes()
    let result = try $current.withValue(notes, operation: body)
    return (result, notes.lines.withLock { $0 })
  }

  /// Adds a line to the notes of whoever collects.
  static func add(_ line: String) {
    current?.lines.withLock { lines in
      if !lines.contains(line) { lines.append(line) }
    }
  }
}
