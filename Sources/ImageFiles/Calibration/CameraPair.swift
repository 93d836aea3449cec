/// Which two cameras of a file that has several are the pair.
public struct CameraPair: Equatable, Hashable, Sendable {
  /// The left camera's number in the file.
  public let left: Int
  /// The right camera's.
  public let right: Int

  /// - Parameters:
  ///   - left: the left camera's number in the file.
  ///   - right: the right camera's.
  public init(left: Int, right: Int) {
    self.left = left
    self.right = right
  }

  /// KITTI's gray cameras 0 and 1.
  public static let gray = CameraPair(left: 0, right: 1)
  /// KITTI's colour cameras 2 and 3.
  public static let colour = CameraPair(left: 2, right: 3)

  /// A pair as people write it, `2,3`; `nil` for anything else.
  public init?(_ text: String) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let left = numbers[0], let right = numbers[1], left >= 0, right >= 0, left != right else {
      return nil
    }
    self.init(left: left, right: right)
  }

  /// The pair that KITTI's images of this path belong to: `image_0`, `image_02` and so on; `nil` in other folders.
  public init?(ofImage path: String) {
    let folders = path.split(separator: "/").dropLast()
    guard let folder = folders.last(where: { $0.hasPrefix("image_") }), let number = Int(folder.dropFirst(6)),
      (0...3).contains(number)
    else { return nil }
    self = number < 2 ? .gray : .colour
  }
}

extension CameraPair: CustomStringConvertible {
  /// As people write it: `2,3`.
  public var description: String { "\(left),\(right)" }
}

/// A unit of length in which files give a baseline.
public enum LengthUnit: String, CaseIterable, Sendable {
  /// Metres.
  case metres = "m"
  /// Centimetres.
  case centimetres = "cm"
  /// Millimetres.
  case millimetres = "mm"

  /// Its length, metres.
  public var metres: Double {
    switch self {
    case .metres: 1
    case .centimetres: 0.01
    case .millimetres: 0.001
    }
  }
}
