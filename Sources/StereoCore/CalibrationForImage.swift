// What a calibration means for images of a certain size.
extension StereoCalibration {
  /// The calibration for the same images scaled to another size: f, doffs and principal point scale with them, pixel
  /// centres stay pixel centres, (c + ½) · s − ½.
  ///
  /// - Returns: `nil` if it does not say for which size it was made, or if the new size has other proportions: then the
  ///   images were cut, and nobody can tell where.
  public func scaled(to size: PixelSize) -> StereoCalibration? {
    guard let made = imageSize, made.width * size.height == made.height * size.width else { return nil }
    let scale = Double(size.width) / Double(made.width)
    let point = principalPoint.map { PrincipalPoint(x: ($0.x + 0.5) * scale - 0.5, y: ($0.y + 0.5) * scale - 0.5) }
    return try? StereoCalibration(
      focalLength: focalLength * scale, verticalFocalLength: verticalFocalLength * scale, baseline: baseline,
      disparityOffset: disparityOffset * scale, principalPoint: point,
      disparityCount: disparityCount.map { Int((Double($0) * scale).rounded(.up)) }, imageSize: size)
  }

  /// What is doubtful about the numbers, one sentence each; empty for an ordinary pair.
  ///
  /// - Parameter size: size of the images, if known: the principal point should lie in them.
  public func doubts(for size: PixelSize?) -> [String] {
    var doubts: [String] = []
    if baseline > 10 {
      doubts.append("a baseline of \(baseline) m: is it in millimetres? --baseline-unit mm")
    } else if baseline < 0.001 {
      doubts.append("a baseline of \(baseline * 1000) mm: is it in metres? --baseline-unit m")
    }
    if let size, let point = principalPoint {
      let isInside =
        (-0.5...Double(size.width) - 0.5).contains(point.x) && (-0.5...Double(size.height) - 0.5).contains(point.y)
      if !isInside {
        doubts.append(
          "the principal point (\(point.x), \(point.y)) lies outside the image of \(size): was it cut out of a larger one?"
        )
      }
    }
    return doubts
  }
}
