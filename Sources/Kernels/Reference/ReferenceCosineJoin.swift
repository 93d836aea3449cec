extension CosineJoin {
  /// The plain form of ``join(width:channels:lower:count:left:right:pixel:into:scratch:instructionSet:)``.
  ///
  /// - Parameter left: `width · channels` values, pixel after pixel; `right` alike.
  /// - Returns: `width · count` values, `nil` where the right pixel lies outside.
  package static func reference(
    width: Int, channels: Int, lower: Int, count: Int, left: [Float], right: [Float]
  ) -> [Float?] {
    var out = [Float?](repeating: nil, count: width * count)
    for x in 0..<width {
      for k in 0..<count {
        let partner = x - lower - k
        guard partner >= 0, partner < width else { continue }
        var sum = 0.0
        for c in 0..<channels { sum += Double(left[x * channels + c]) * Double(right[partner * channels + c]) }
        out[x * count + k] = Float(-sum)
      }
    }
    return out
  }
}
