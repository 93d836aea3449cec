public import StereoCore

/// A step of the taxonomy as it is chosen by name: what it is for, which parameters it has, and how it is made.
///
///     static let step = StepDescription<any MatchingCost>(
///       "zncc", "bears different gain and offset of the images", [radius],
///       suits: ["p1": 0.04, "p2": 0.6]) { [ZNCC(radius: $0.whole("zncc-radius"))] }
public struct StepDescription<Step>: Sendable {
  /// The name, in small letters with hyphens.
  public let name: String
  /// What it is for, part of a sentence.
  public let purpose: String
  /// Its parameters; steps may share one if they describe it alike.
  public let parameters: [MethodParameter]
  /// What parameters of later steps should be with this one, by key: penalties are in the unit of the cost.
  public let suits: [String: ParameterValue]
  /// The steps of the same list that must not stand before this one, and why.
  public let notAfter: [String: String]
  /// Whether it does nothing but fill what has no disparity.
  public let fills: Bool
  /// Makes it of the values of its parameters; several values where its work is done in several, none where it does nothing.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)`` for values that do not go together.
  public let make: @Sendable (ParameterValues) throws(StereoError) -> [Step]

  /// A step; see the properties.
  public init(
    _ name: String, _ purpose: String, _ parameters: [MethodParameter] = [], suits: [String: ParameterValue] = [:],
    notAfter: [String: String] = [:], fills: Bool = false,
    make: @escaping @Sendable (ParameterValues) throws(StereoError) -> [Step]
  ) {
    self.name = name
    self.purpose = purpose
    self.parameters = parameters
    self.suits = suits
    self.notAfter = notAfter
    self.fills = fills
    self.make = make
  }
}
