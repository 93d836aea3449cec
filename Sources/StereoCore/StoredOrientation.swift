/// How a picture is stored against how it is seen, as Exif and TIFF number it: what lies at the first row and the first
/// column of the file.
///
/// Source: TIFF 6.0, tag 274, which Exif 2.3 takes over.
public enum StoredOrientation: Int, CaseIterable, Sendable {
  /// As it is seen: row 0 is the top, column 0 the left side.
  case upright = 1
  /// Left and right exchanged.
  case mirrored = 2
  /// Turned by 180°.
  case upsideDown = 3
  /// Top and bottom exchanged.
  case flipped = 4
  /// Rows and columns exchanged.
  case transposed = 5
  /// To be turned by 90° clockwise to be seen upright.
  case turnedLeft = 6
  /// Rows and columns exchanged, and turned by 180°.
  case transverse = 7
  /// To be turned by 90° counterclockwise to be seen upright.
  case turnedRight = 8

  /// True if rows of the file are columns of the picture.
  public var exchangesAxes: Bool { rawValue >= 5 }
}
