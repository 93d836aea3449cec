import Tensors

/// What a threshold on differences of intensities is measured in.
public enum IntensityUnit: Sendable, Hashable {
  /// Gray levels, 0 … 255.
  case grayLevels
  /// Standard deviations of the image's own intensities (with n − 1), as MC-CNN prepares its images.
  case standardDeviations

  /// How many gray levels one unit is in `image`; infinite if the image is uniform and the unit its deviation.
  func grayLevels(in image: borrowing Plane<UInt8>) -> Float {
    switch self {
    case .grayLevels: return 1
    case .standardDeviations:
      var (sum, squares) = (0, 0)
      for y in 0..<image.height {
        let row = image.row(y)
        for x in row.indices {
          sum += Int(row[x])
          squares += Int(row[x]) * Int(row[x])
        }
      }
      let number = Double(image.count)
      guard number > 1 else { return .infinity }
      let variance = (Double(squares) - Double(sum) * Double(sum) / number) / (number - 1)
      return variance > 0 ? Float(variance.squareRoot()) : .infinity
    }
  }
}
