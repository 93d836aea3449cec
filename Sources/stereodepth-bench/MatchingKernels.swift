import Kernels
import StereoMatching
import Tensors

/// Kernels of semi-global matching and MC-CNN, at the size of a KITTI frame: 1226×370 pixels.
extension TimedKernel {
  private static let (width, height) = (1226, 370)
  private static let frame = "[\(height), \(width)]"

  /// The sweep of each preset, what follows it, MC-CNN's join, its paths over bytes, and the bilateral filter.
  static var matching: [TimedKernel] {
    [
      sweep("semi-global sweep, 3 paths, 128 disparities", .realtime),
      sweep("semi-global sweep, 4 paths, 128 disparities", .balanced),
      sweep("semi-global sweep, 4 paths, 48 settling rows, 128 disparities", .quality),
      afterSweep("left-right check", bytesPerPixel: 2 + 2 + 2 + 1) { maps, context in
        FixedPointDisparities.check(
          maps.first, against: maps.second, isRight: false, leastDisparity: 0, disparities: 128, tolerance: 16,
          checked: &maps.third, labels: &maps.labels, in: context)
      },
      afterSweep("median 5x5", bytesPerPixel: 2 + 2) { maps, context in
        FixedPointDisparities.median5(
          maps.first, into: &maps.third, in: context)
      },
      afterSweep("speckle removal", bytesPerPixel: 2 + 2 + 1) { maps, context in
        FixedPointDisparities.removeSpeckles(
          from: &maps.second, size: 100, difference: 16, labels: &maps.labels, scratch: &maps.scratch,
          in: context)
      },
      afterSweep("filling", bytesPerPixel: 2 + 2 + 1) { maps, context in
        FixedPointDisparities.fill(&maps.third, labels: &maps.labels, in: context)
      },
      join, bytePaths, bilateral,
    ]
  }

  /// Noise and its copy 9 columns further left.
  private final class Images {
    let left, right: Plane<UInt8>

    init() {
      var state: UInt64 = 1
      let scene = (0..<height * (width + 9)).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      func view(_ shift: Int) -> [UInt8] {
        var samples: [UInt8] = []
        for y in 0..<height {
          let first = y * (width + 9) + shift
          samples += scene[first..<first + width]
        }
        return samples
      }
      left = Plane(width: width, height: height, samples: view(0))
      right = Plane(width: width, height: height, samples: view(9))
    }
  }

  /// Maps in sixteenths of a pixel with holes and steps.
  private final class Maps {
    var first, second, third: Plane<UInt16>
    var labels: Plane<UInt8>
    var scratch: Plane<UInt8>

    init() {
      let samples = (0..<width * height).map { i in i % 23 == 0 ? noSixteenths : UInt16(i / 40 % 2000) }
      first = Plane(width: width, height: height, samples: samples)
      second = Plane(width: width, height: height, samples: samples)
      third = Plane(width: width, height: height, samples: samples)
      labels = Plane(width: width, height: height, repeating: 0)
      scratch = Plane(
        width: FixedPointDisparities.speckleScratchBytes(width: width, height: height), height: 1, repeating: 0)
    }
  }

  private static func sweep(_ name: String, _ settings: SweepSettings) -> TimedKernel {
    TimedKernel(name: name, size: frame, work: .cells(128 * width * height)) { context in
      let (images, maps) = (Images(), Maps())
      let sweep = SemiGlobalSweep(settings: settings)
      return {
        sweep.match(
          left: images.left, right: images.right, leastDisparity: 0, disparities: 128, leftSixteenths: &maps.first,
          rightSixteenths: &maps.second, leastSums: &maps.labels, in: context)
      }
    }
  }

  private static func afterSweep(
    _ name: String, bytesPerPixel: Int, _ body: @escaping (Maps, ComputeContext) -> Void
  ) -> TimedKernel {
    TimedKernel(name: name, size: frame, work: .bytes(bytesPerPixel * width * height)) { context in
      let maps = Maps()
      return { body(maps, context) }
    }
  }

  /// MC-CNN fast's join: 64 channels, 228 disparities.
  private static var join: TimedKernel {
    let (planes, shape) = (228, FeatureShape(height: height, width: width, channels: 64))
    let cells = height * (0..<planes).reduce(0) { $0 + width - $1 }
    return TimedKernel(
      name: "join of 228", size: "\(shape)", work: .multiplyAdds(cells * shape.channels, saving: 1)
    ) { context in
      let (left, right) = (Activation(shape), Activation(shape))
      let views = (left: left.view, right: right.view)
      let scratch = CosineJoin.scratchFloats(width: width, channels: shape.channels)
      return {
        context.items(height, scratchFloats: scratch + width * planes) { y, memory in
          let first = Int(y) * width * shape.pixel
          CosineJoin.join(
            width: width, channels: shape.channels, lower: 0, count: planes, left: views.left.base + first,
            right: views.right.base + first, pixel: shape.pixel, into: memory + scratch, scratch: memory,
            instructionSet: context.instructionSet)
        }
        withExtendedLifetime((left, right)) {}
      }
    }
  }

  private final class Costs {
    let cells: Volume<UInt8>

    init(planes: Int) {
      cells = Volume(width: width, height: height, depth: ByteCosts.depth(planes: planes), repeating: 0)
      for i in 0..<cells.count { cells.storage[i] = UInt8(i % 97) }
    }
  }

  private static var bytePaths: TimedKernel {
    TimedKernel(
      name: "paths over bytes, 228 disparities", size: frame, work: .cells(228 * width * height)
    ) { context in
      let (images, costs) = (Images(), Costs(planes: 228))
      let kinds = (0..<256).map { UInt8($0 < 20 ? 0 : 2) }
      let paths = ByteSemiGlobal(
        penalties: .init(
          p1: [24, 12, 4], slantedP1: [16, 8, 3], p2: [250, 83, 33], ownKinds: kinds, otherKinds: kinds, outside: 2))
      return {
        _ = paths.winners(
          of: costs.cells, planes: 228, lower: 0, isRight: false, own: images.left, other: images.right,
          in: context)
      }
    }
  }

  /// Disparities with steps, and room for as many.
  private final class Floats {
    let map = Plane(width: width, height: height, samples: (0..<width * height).map { Float($0 / 40 % 120) })
    var result = Plane<Float>(width: width, height: height, repeating: 0)
  }

  /// The bilateral filter of MC-CNN on KITTI: σ = 7.74 pixels.
  private static var bilateral: TimedKernel {
    TimedKernel(
      name: "bilateral filter 49x49", size: frame, work: .multiplyAdds(2 * 49 * 49 * width * height, saving: 1)
    ) { context in
      let floats = Floats()
      let weights = (0...24).map { 1 / (1 + Float($0 * $0) / 60) }
      return {
        BilateralRows.filter(
          floats.map, weights: weights, threshold: 5, into: &floats.result, in: context)
      }
    }
  }
}
