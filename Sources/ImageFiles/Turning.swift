import StereoCore
import Tensors

extension Image {
  /// This picture, which is stored as `orientation` says, as it is seen.
  ///
  /// What lies at the first row and column of the file is the corner that the orientation names: for 6 the first row is the
  /// right side, so that (x, y) as seen is (column y, row H − 1 − x) as stored, H rows being stored.
  consuming func turned(from orientation: StoredOrientation) -> Image {
    if orientation == .upright { return self }
    let size = orientation.exchangesAxes ? (width: height, height: width) : (width: width, height: height)
    let count = format.bytesPerPixel
    var turned = Plane<UInt8>(uninitializedWidth: size.width * count, height: size.height)
    let (lastColumn, lastRow) = (width - 1, height - 1)
    for y in 0..<size.height {
      var row = turned.mutableRow(y)
      for x in 0..<size.width {
        let (column, line) =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (lastColumn - x, y)
          case .upsideDown: (lastColumn - x, lastRow - y)
          case .flipped: (x, lastRow - y)
          case .transposed: (y, x)
          case .turnedLeft: (y, lastRow - x)
          case .transverse: (lastColumn - y, lastRow - x)
          case .turnedRight: (lastColumn - y, x)
          }
        let source = bytes.row(line)
        for k in 0..<count { row[x * count + k] = source[column * count + k] }
      }
    }
    return Image(format: format, bytes: turned, declaredWhite: declaredWhite, orientation: orientation)
  }
}
