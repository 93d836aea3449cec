import StereoCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The rotations of both cameras into the rectified frame: half of R each, so that both look the same way, then the shortest
/// turn that brings the baseline to the x axis.
///
/// Source: Bouguet, *Camera calibration toolbox*; OpenCV `stereoRectify`.
func rectifyingRotations(of rig: Rig) -> (left: Matrix3, right: Matrix3) {
  let half = Matrix3(rotation: rig.rotation.rotationVector * -0.5)
  let baseline = half * rig.translation
  // The right camera stands to the right, so the left one is at negative x of its frame.
  let axis = SIMD3(baseline.x > 0 ? 1.0 : -1.0, 0, 0)
  let normal = baseline.cross(axis)
  let (sine, cosine) = (normal.length, abs(baseline.x))
  let turn = sine > 0 ? Matrix3(rotation: normal * (atan2(sine, cosine) / sine)) : .identity
  return (turn * half.transposed, turn * half)
}
