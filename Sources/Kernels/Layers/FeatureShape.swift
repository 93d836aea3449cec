internal import CKernels

/// Extents of activations: depth, height and width in pixels of their own resolution, and channels.
///
/// A feature map has depth 1; a feature volume has one plane for each disparity of its resolution.
public struct FeatureShape: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Planes.
  public var depth: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// Values of a pixel.
  public var channels: Int

  /// A shape with the given extents, each at least 1.
  public init(depth: Int = 1, height: Int, width: Int, channels: Int) {
    self.depth = depth
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Floats from one pixel to the next: 1 for one channel, otherwise the channels rounded up to 16.
  ///
  /// Sixteen is the widest vector (AVX-512), so every kernel reads and writes whole vectors; the lanes beyond the
  /// channels hold zeros.
  public var pixel: Int { channels == 1 ? 1 : (channels + 15) / 16 * 16 }

  /// Number of pixels, depth · height · width.
  public var pixelCount: Int { depth * height * width }

  /// Floats of memory that activations of this shape take.
  public var floatCount: Int { pixelCount * pixel }

  /// Depth, height, width.
  package var extents: SIMD3<Int> { SIMD3(depth, height, width) }

  /// `[C, D, H, W]`, without D for a feature map.
  public var description: String {
    depth == 1 ? "[\(channels), \(height), \(width)]" : "[\(channels), \(depth), \(height), \(width)]"
  }
}

/// Activations in somebody's memory: channels innermost, then width, height, depth.
///
/// A view may be a channel range of wider activations; writing into such ranges is concatenation. The memory belongs to
/// the owner of the activations, who keeps it alive while kernels run.
package struct FeatureView: @unchecked Sendable {
  /// Extents of what the view shows.
  package let shape: FeatureShape
  /// Floats from one pixel to the next, at least `shape.pixel`.
  package let pixel: Int
  /// The first channel of the first pixel.
  package let base: UnsafeMutablePointer<Float>

  /// A view of memory at `base`; `pixel` nil means that pixels lie side by side.
  package init(_ base: UnsafeMutablePointer<Float>, shape: FeatureShape, pixel: Int? = nil) {
    self.base = base
    self.shape = shape
    self.pixel = pixel ?? shape.pixel
  }

  /// The channels `first ..< first + count` of this view.
  ///
  /// - Precondition: they begin at a multiple of 16 and lie inside.
  package func channels(from first: Int, count: Int) -> FeatureView {
    precondition(
      first % 16 == 0 && first + count <= shape.channels,
      "FeatureView: channels \(first) ..< \(first + count) of \(shape) do not begin at a multiple of 16 inside")
    var part = shape
    part.channels = count
    return FeatureView(base + first, shape: part, pixel: pixel)
  }

  /// How the C kernels name the extents.
  var extent: sd_extent {
    sd_extent(
      depth: Int32(shape.depth), height: Int32(shape.height), width: Int32(shape.width), pixel: Int32(pixel))
  }

  /// Copies `[C, D, H, W]` values into the view, zeros in the lanes beyond the channels.
  package func assign(planar values: UnsafePointer<Float>) {
    for c in 0..<shape.pixel {
      for i in 0..<shape.pixelCount {
        base[i * pixel + c] = c < shape.channels ? values[c * shape.pixelCount + i] : 0
      }
    }
  }

  /// The values as `[C, D, H, W]`.
  package func planar() -> [Float] {
    var values = [Float](repeating: 0, count: shape.channels * shape.pixelCount)
    for c in 0..<shape.channels {
      for i in 0..<shape.pixelCount { values[c * shape.pixelCount + i] = base[i * pixel + c] }
    }
    return values
  }
}
