public import Files

/// Several methods on the same frames: one line each, and the paired difference of every two with its interval.
public struct MethodComparison<Rules: EvaluationProtocol>: Sendable {
  /// The benchmark.
  public let rules: Rules
  /// The methods in the order in which they were asked for, with their scores.
  public let methods: [(name: String, frames: [ScoredFrame<Rules.Score>])]

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - methods: names and scores; frames that not every method has are left out of the differences.
  public init(_ rules: Rules, _ methods: [(name: String, frames: [ScoredFrame<Rules.Score>])]) {
    self.rules = rules
    self.methods = methods
  }

  /// One difference.
  public struct Difference: Sendable {
    /// The first method's name.
    public let first: String
    /// The second method's name.
    public let second: String
    /// Second − first with its 95 % interval.
    public let bootstrap: PairedBootstrap
  }

  /// The headline number's name and unit.
  public var headline: Metric? {
    methods.lazy.compactMap { $0.frames.first }.first.flatMap { rules.metrics(of: $0.score).first }
  }

  /// Every two methods' difference in the headline number.
  public var differences: [Difference] {
    var list: [Difference] = []
    for (index, first) in methods.enumerated() {
      for second in methods[(index + 1)...] {
        let others = Dictionary(second.frames.map { ($0.name, $0) }) { a, _ in a }
        let pairs = first.frames.compactMap { frame in others[frame.name].map { (frame, $0) } }
        if let bootstrap = PairedBootstrap(
          pairs.map { rules.headline(of: $0.0) }, pairs.map { rules.headline(of: $0.1) })
        {
          list.append(Difference(first: first.name, second: second.name, bootstrap: bootstrap))
        }
      }
    }
    return list
  }

  /// The differences as the command line's `--json` prints them.
  public var json: OrderedJSON {
    .array(
      differences.map { one in
        .object([
          ("first", .string(one.first)), ("second", .string(one.second)), ("metric", .string(headline?.name ?? "")),
          ("firstValue", .double(one.bootstrap.first)), ("secondValue", .double(one.bootstrap.second)),
          ("difference", .double(one.bootstrap.difference)), ("lower95", .double(one.bootstrap.lower)),
          ("upper95", .double(one.bootstrap.upper)), ("distinct", .bool(one.bootstrap.isDistinct)),
        ])
      })
  }

  /// The same as lines for people; none with fewer than two methods.
  public var lines: [String] {
    guard let headline, methods.count > 1 else { return [] }
    let width = methods.map(\.name.count).max() ?? 0
    func number(_ value: Double) -> String { ScoreTable.decimals(value) }
    var lines = ["\(headline.name), \(headline.unit.rawValue)"]
    for method in methods {
      let sum = method.frames.map(rules.headline).reduce(into: Ratio(0, 0)) { sum, one in
        sum.numerator += one.numerator
        sum.denominator += one.denominator
      }
      let value = sum.denominator > 0 ? number(sum.numerator / sum.denominator) : "–"
      lines.append("  \(method.name.padded(to: width))  \(value)  (\(method.frames.count) frames)")
    }
    lines.append("paired differences, 95 % interval of 10 000 bootstrap draws over frames")
    for one in differences {
      let sign = one.bootstrap.difference > 0 ? "+" : ""
      lines.append(
        "  \(one.second) − \(one.first): \(sign)\(number(one.bootstrap.difference))"
          + "  [\(number(one.bootstrap.lower)), \(number(one.bootstrap.upper))]"
          + (one.bootstrap.isDistinct ? "" : "  not distinct from 0"))
    }
    return lines
  }
}
