/// The plain specification of the concatenation volume; `[C, D, H, W]` in C order.
package enum ReferenceFeatureVolumes {
  /// `[2C, D, H, W]` of two maps `[C, H, W]`: left(y, x), then right(y, x − d), zero where x < d.
  package static func concatenate(
    _ left: [Float], _ right: [Float], map: FeatureShape, planes: Int, maskLeft: Bool
  ) -> [Float] {
    var volume: [Float] = []
    for c in 0..<2 * map.channels {
      for d in 0..<planes {
        for y in 0..<map.height {
          for x in 0..<map.width {
            let row = (c % map.channels * map.height + y) * map.width
            let isLeft = c < map.channels
            if isLeft {
              volume.append(x >= d || !maskLeft ? left[row + x] : 0)
            } else {
              volume.append(x >= d ? right[row + x - d] : 0)
            }
          }
        }
      }
    }
    return volume
  }
}
