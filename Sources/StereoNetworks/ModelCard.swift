/// What a network is: its name on the command line, its paper, and what it takes.
public struct ModelCard: Sendable {
  /// The name of the method, as the command line takes it.
  public let name: String
  /// Authors, title, venue, year.
  public let paper: String
  /// Width and height are padded to a multiple of this, pixels.
  public let sizeDivisor: Int
  /// The number of disparities must be a multiple of this.
  public let disparityDivisor: Int

  /// - Parameters:
  ///   - name: the name of the method.
  ///   - paper: authors, title, venue, year.
  ///   - sizeDivisor: width and height are padded to a multiple of this.
  ///   - disparityDivisor: the number of disparities must be a multiple of this.
  public init(name: String, paper: String, sizeDivisor: Int, disparityDivisor: Int) {
    self.name = name
    self.paper = paper
    self.sizeDivisor = sizeDivisor
    self.disparityDivisor = disparityDivisor
  }
}
