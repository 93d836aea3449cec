public import StereoCore

/// A way to carry out a recipe, with the memory that it keeps from frame to frame.
///
/// A ``MatchingPipeline`` says what is computed; an engine says how. ``MatchingPipeline/engine(over:options:)`` chooses.
public protocol MatchingEngine: StereoMethod {
  /// How it is called in reports.
  static var name: String { get }

  /// Why it cannot carry out `recipe` over `range`, as the end of a sentence; `nil`: it can.
  static func obstacle(to recipe: MatchingPipeline, over range: DisparityRange) -> String?

  /// - Precondition: there is no ``obstacle(to:over:)``.
  init(_ recipe: MatchingPipeline, range: DisparityRange, options: MatchingOptions)
}

extension MatchingPipeline {
  /// The engines, the fastest first; the last one carries out every recipe.
  public static var engines: [any MatchingEngine.Type] { [SweepEngine.self, ByteEngine.self, FloatEngine.self] }

  /// The fastest engine that computes what the recipe says, to within its ``precision``.
  public func engine(
    over range: DisparityRange, options: MatchingOptions = MatchingOptions()
  ) -> any MatchingEngine {
    for engine in Self.engines where engine.obstacle(to: self, over: range) == nil {
      return engine.init(self, range: range, options: options)
    }
    return FloatEngine(self, range: range, options: options)
  }

  /// Which engine ``engine(over:options:)`` chooses, and why it is none of the faster ones.
  public func choice(over range: DisparityRange) -> (engine: String, passedOver: [(engine: String, reason: String)]) {
    var passedOver: [(String, String)] = []
    for engine in Self.engines {
      guard let obstacle = engine.obstacle(to: self, over: range) else { return (engine.name, passedOver) }
      passedOver.append((engine.name, obstacle))
    }
    return (FloatEngine.name, passedOver)
  }
}
