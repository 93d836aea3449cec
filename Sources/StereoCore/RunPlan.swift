/// What a run will need, known before it starts.
public struct RunPlan: Equatable, Sendable {
  /// Peak of the memory that the method allocates for frames one after another (weights, volumes, maps), bytes.
  public let peakBytes: Int
  /// Multiplications with addition that the method performs; 0 where it performs integer work only.
  public let multiplyAdds: Int
  /// The greatest parts, in the order of the run.
  public let stages: [Stage]

  /// One part of a run.
  public struct Stage: Equatable, Sendable {
    /// What it is called in progress reports.
    public let name: String
    /// Memory alive while it runs, bytes.
    public let bytes: Int
    /// Multiplications with addition, counted directly (not after Winograd).
    public let multiplyAdds: Int

    /// - Parameters:
    ///   - name: what it is called in progress reports.
    ///   - bytes: memory alive while it runs.
    ///   - multiplyAdds: multiplications with addition.
    public init(name: String, bytes: Int, multiplyAdds: Int) {
      self.name = name
      self.bytes = bytes
      self.multiplyAdds = multiplyAdds
    }
  }

  /// A plan of the given parts: its peak is the greatest part, its work their sum.
  public init(stages: [Stage]) {
    self.stages = stages
    peakBytes = stages.map(\.bytes).max() ?? 0
    multiplyAdds = stages.reduce(0) { $0 + $1.multiplyAdds }
  }

  /// The same plan for a program that itself takes `bytes` besides.
  public func adding(bytes: Int) -> RunPlan {
    RunPlan(stages: stages.map { Stage(name: $0.name, bytes: $0.bytes + bytes, multiplyAdds: $0.multiplyAdds) })
  }
}
