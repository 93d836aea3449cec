public import Kernels
public import StereoCore
import Tensors

/// Removes small patches that are unlike their surroundings.
///
/// Two neighbours (of four) belong to one patch if both have a disparity and these differ by at most `difference`. Patches of
/// `size` pixels or less lose their disparities (NaN) and are marked ``StereoCore/Validity/speckle``.
///
/// Source: Hirschmüller, PAMI 2008, section 2.6 ("removal of peaks").
public struct SpeckleRemoval: DisparityRefinement {
  /// The largest patch that is removed, pixels.
  public let size: Int
  /// The greatest difference of neighbours inside a patch, pixels of disparity.
  public let difference: Float
  /// As far as the largest patch can go.
  public var margins: Margins { Margins(horizontal: size, vertical: size) }

  /// - Parameters:
  ///   - size: the largest patch that is removed, pixels.
  ///   - difference: the greatest difference of neighbours inside a patch, pixels of disparity.
  /// - Precondition: neither is negative.
  public init(size: Int = 100, difference: Float = 1) {
    precondition(size >= 0 && difference >= 0, "SpeckleRemoval: size \(size), difference \(difference)")
    self.size = size
    self.difference = difference
  }

  /// The map without small patches.
  ///
  /// - Complexity: O(H · W) time and memory.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let source = map.disparities.copy()
    var visited = Plane(width: map.width, height: map.height, repeating: false)
    var patch: [(y: Int, x: Int)] = []
    for y in 0..<map.height {
      for x in 0..<map.width where !visited[y, x] && !source[y, x].isNaN {
        patch.removeAll(keepingCapacity: true)
        collect(y, x, of: source, into: &patch, &visited)
        guard patch.count <= size else { continue }
        for pixel in patch {
          map.disparities[pixel.y, pixel.x] = .nan
          map.validity[pixel.y, pixel.x].insert(.speckle)
        }
      }
    }
    return map
  }

  /// Collects the patch of pixel (y, x), breadth first.
  private func collect(
    _ y: Int, _ x: Int, of source: borrowing Plane<Float>, into patch: inout [(y: Int, x: Int)],
    _ visited: inout Plane<Bool>
  ) {
    patch.append((y, x))
    visited[y, x] = true
    var next = 0
    while next < patch.count {
      let (v, u) = patch[next]
      next += 1
      for (dy, dx) in [(-1, 0), (0, -1), (0, 1), (1, 0)] {
        let (ny, nx) = (v + dy, u + dx)
        guard ny >= 0, ny < source.height, nx >= 0, nx < source.width, !visited[ny, nx] else { continue }
        // False where the neighbour has none.
        guard abs(source[ny, nx] - source[v, u]) <= difference else { continue }
        visited[ny, nx] = true
        patch.append((ny, nx))
      }
    }
  }
}

extension SpeckleRemoval {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityRefinement>(
    "speckle", "takes away small patches unlike their surroundings",
    [
      MethodParameter(
        "speckle-size", "the largest patch that is taken away, pixels", .whole(0...1 << 28), default: 100),
      MethodParameter(
        "speckle-difference", "the greatest difference of neighbours in one patch, pixels of disparity",
        .number(0...1e6), default: 1),
    ], notAfter: ["fill": "it would leave holes in the filled map"]
  ) { [SpeckleRemoval(size: $0.whole("speckle-size"), difference: $0.number("speckle-difference"))] }
}
