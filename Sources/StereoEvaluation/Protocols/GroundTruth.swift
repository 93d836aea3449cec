public import Tensors

/// What is known of a scene: the true disparities of the left image and which pixels count.
public struct GroundTruth: ~Copyable, Sendable {
  /// `[H, W]` true disparities, pixels; NaN: unknown. Where the benchmark has two truths, the non-occluded one.
  public var disparities: Plane<Float>
  /// `[H, W]` true disparities that include pixels hidden from the right camera; `nil` if there is no such map.
  public var withOccluded: Plane<Float>?
  /// `[H, W]` KITTI 2015's object map: 0 background, more than 0 foreground; `nil` if there is none.
  public var objects: Plane<UInt8>?
  /// `[H, W]` Middlebury's and ETH3D's mask: 255 non-occluded, 128 occluded, 0 unknown; `nil` if there is none.
  public var mask: Plane<UInt8>?
  /// The number of disparities of the scene (`ndisp` of its calibration), pixels; Middlebury clips estimates to it.
  public var disparityCount: Int?
  /// True where the truth is known to whole pixels only (`isint` of its calibration); Middlebury rounds estimates then.
  public var isInteger = false

  /// A truth without occluded pixels, objects or mask.
  ///
  /// - Parameter disparities: `[H, W]`, pixels; NaN: unknown.
  public init(disparities: consuming Plane<Float>) { self.disparities = disparities }

  /// Columns, pixels.
  public var width: Int { disparities.width }
  /// Rows, pixels.
  public var height: Int { disparities.height }

  /// Stops the program if one of the maps has another size than the disparities.
  func requireOneSize() {
    let (width, height) = (width, height)
    func require(_ what: String, _ otherWidth: Int, _ otherHeight: Int) {
      precondition(
        otherWidth == width && otherHeight == height,
        "GroundTruth: disparities \(height)×\(width), \(what) \(otherHeight)×\(otherWidth)")
    }
    switch withOccluded {
    case .some(let map): require("with occluded", map.width, map.height)
    case .none: break
    }
    switch objects {
    case .some(let map): require("objects", map.width, map.height)
    case .none: break
    }
    switch mask {
    case .some(let map): require("mask", map.width, map.height)
    case .none: break
    }
  }
}
