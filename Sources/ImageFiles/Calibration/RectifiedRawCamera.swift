import StereoCore

/// A camera of which a file tells both sides: raw (K, D) and rectified (R, P).
///
/// ROS camera_info, `ost.txt` and ORB-SLAM 2 have it so, without the pose, which follows: with R, x_rect = R x_raw, and P
/// says where the rectified camera stands.
struct RectifiedRawCamera {
  /// The raw camera.
  var camera: RigCamera
  /// R: directions of the raw frame in the rectified one's.
  var rotation: Matrix3
  /// The rectified camera.
  var projection: ProjectionMatrix

  /// The camera and its pose: x_rect = x_shared − X, x_raw = Rᵀ x_rect.
  var raw: RawCamera {
    let place = SIMD3(projection.place.x, projection.place.y, projection.place.z)
    let back = rotation.transposed
    return RawCamera(camera: camera, pose: RigidMotion(rotation: back, translation: (back * place) * -1))
  }
}
