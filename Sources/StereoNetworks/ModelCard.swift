/// What a network is: its name on the command line, its paper, and what it takes.
public struct ModelCard: Sendable {
  /// The name of the method, as the command line takes it.
  public let name: String
  /// Authors, title, venue, year.
  public let paper: String
  /// Width and height are padded to a multiple of this, pixels.
  public let sizeDivisor: Int
  /// The number of disparities must be a multiple of this; 0 for networks that regress disparity without searching a range.
  public let disparityDivisor: Int
  /// Which published checkpoints fit, and where they are.
  public let checkpoints: String
  /// Conventions that a checkpoint does not tell, as `--set` takes them.
  public let conventions: Set<String>
  /// The greatest displacement that a correlation compares, pixels of the image; narrower images are warned about. 0: none.
  public let correlationReach: Int
  /// Narrower images are refused, pixels.
  public let leastWidth: Int

  /// The convention of every network that searches a range: what its disparities are multiplied with, such as 1.17 for the first
  /// Scene Flow checkpoint of PSMNet.
  public static let disparityScale = "disparity-scale"

  /// - Parameters:
  ///   - name: the name of the method.
  ///   - paper: authors, title, venue, year.
  ///   - sizeDivisor: width and height are padded to a multiple of this.
  ///   - disparityDivisor: the number of disparities must be a multiple of this; 0: no range is searched.
  ///   - checkpoints: which published checkpoints fit, and where they are.
  ///   - conventions: conventions that a checkpoint does not tell, besides ``disparityScale``.
  ///   - correlationReach: the greatest displacement that a correlation compares, pixels of the image.
  ///   - leastWidth: narrower images are refused.
  public init(
    name: String, paper: String, sizeDivisor: Int, disparityDivisor: Int, checkpoints: String,
    conventions: Set<String> = [], correlationReach: Int = 0, leastWidth: Int = 1
  ) {
    self.name = name
    self.paper = paper
    self.sizeDivisor = sizeDivisor
    self.disparityDivisor = disparityDivisor
    self.checkpoints = checkpoints
    self.conventions = disparityDivisor == 0 ? conventions : conventions.union([Self.disparityScale])
    self.correlationReach = correlationReach
    self.leastWidth = leastWidth
  }
}
