/// Which frames of a data set are run.
public enum FrameSelection: Sendable, Equatable {
  /// All.
  case all
  /// Every n-th, beginning with the first.
  case every(Int)
  /// Those that are named: numbers, ranges of numbers, or names.
  case list([Part])

  /// One part of a list.
  public enum Part: Sendable, Equatable {
    /// Numbers from … to, both included.
    case numbers(ClosedRange<Int>)
    /// A frame's name or its last folder.
    case name(String)
  }

  /// A selection from `A-B,C,…`, or `nil` if the text has an empty part or a reversed range.
  ///
  /// A number means the number at the beginning of a frame's name (`7` is `000007_10`), and its position, from 0, in data
  /// sets whose names have no numbers.
  public init?(list text: String) {
    var parts: [Part] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      switch ends.count {
      case _ where part.isEmpty: return nil
      case 1: parts.append(ends[0].map { .numbers($0...$0) } ?? .name(String(part)))
      case 2:
        if let first = ends[0], let last = ends[1] {
          guard first <= last else { return nil }
          parts.append(.numbers(first...last))
        } else {
          parts.append(.name(String(part)))
        }
      default: parts.append(.name(String(part)))
      }
    }
    self = .list(parts)
  }

  /// The chosen frames, in their order, and the parts that chose none.
  public func chosen(from frames: [BenchmarkFrame]) -> (frames: [BenchmarkFrame], unused: [String]) {
    switch self {
    case .all: return (frames, [])
    case .every(let step): return (frames.indices.filter { $0 % step == 0 }.map { frames[$0] }, [])
    case .list(let parts):
      let leading = frames.map { Int($0.name.prefix { $0.isASCII && $0.isNumber }) }
      let areNumbered = leading.allSatisfy { $0 != nil }
      func has(_ part: Part, _ index: Int) -> Bool {
        switch part {
        case .numbers(let range): range.contains(areNumbered ? leading[index] ?? index : index)
        case .name(let name): frames[index].name == name || frames[index].name.hasSuffix("/" + name)
        }
      }
      let chosen = frames.indices.filter { index in parts.contains { has($0, index) } }
      let unused = parts.filter { part in !frames.indices.contains { has(part, $0) } }
      return (chosen.map { frames[$0] }, unused.map(\.text))
    }
  }
}

extension FrameSelection.Part {
  /// The part as it was written.
  var text: String {
    switch self {
    case .numbers(let range):
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    case .name(let name): name
    }
  }
}
