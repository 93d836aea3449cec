import Kernels

/// Layers of networks besides convolutions.
extension TimedKernel {
  private static let maps = FeatureShape(height: 64, width: 128, channels: 128)
  private static let volume = FeatureShape(depth: 48, height: 64, width: 128, channels: 32)

  /// At the sizes of PSMNet on images of 256×512 with range 192; correlations, warping and resampling at those of FlowNetC,
  /// DispNetC and iResNet on images of 384×1280.
  static var layers: [TimedKernel] {
    [
      pool("average pooling 64x64", Pooling(.average(countingPadding: true), kernel: 64, stride: 64)),
      pool("average pooling 8x8", Pooling(.average(countingPadding: true), kernel: 8, stride: 8)),
      pool("maximum pooling 3x3 stride 2", Pooling(.maximum, kernel: 3, stride: 2, padding: 1)),
      resize("bilinear to 64x128", FeatureShape(height: 8, width: 16, channels: 32), to: SIMD3(1, 64, 128)),
      resize(
        "trilinear to 96x128x256", FeatureShape(depth: 48, height: 64, width: 128, channels: 1), to: SIMD3(96, 128, 256)
      ),
      softArgmin, concatenation, shiftedSum,
      map("addition and ReLU", volume, inputs: 2) { a, out, context in
        Elementwise.add(a, a, slope: 0, into: out, in: context)
      },
      map("sigmoid", maps) { Elementwise.sigmoid($0, into: $1, in: $2) },
      map("softmax over channels", maps) { Elementwise.softmax($0, into: $1, in: $2) },
      map("L2 normalisation", maps) { Elementwise.normalise($0, floor: 1e-12, into: $1, in: $2) },
      correlation("row correlation of 81", .row(maximum: 40, direction: 0), height: 96, width: 320, channels: 128),
      correlation("square correlation of 441", .square(radius: 10, step: 2), height: 48, width: 160, channels: 256),
      warp, tentResampling,
    ]
  }

  private static func map(
    _ name: String, _ shape: FeatureShape, inputs: Int = 1,
    _ body: @escaping (FeatureView, FeatureView, ComputeContext) -> Void
  ) -> TimedKernel {
    TimedKernel(name: name, size: "\(shape)", work: .bytes(4 * (inputs + 1) * shape.floatCount)) { context in
      let (from, to) = (Activation(shape), Activation(shape))
      return { body(from.view, to.view, context) }
    }
  }

  private static func pool(_ name: String, _ pooling: Pooling) -> TimedKernel {
    guard let out = pooling.outputShape(of: maps) else { preconditionFailure("\(name): \(maps) is too small") }
    return TimedKernel(name: name, size: "\(maps)", work: .bytes(4 * (maps.floatCount + out.floatCount))) { context in
      let (from, to) = (Activation(maps), Activation(out))
      return { pooling(from.view, into: to.view, in: context) }
    }
  }

  private static func resize(_ name: String, _ shape: FeatureShape, to extents: SIMD3<Int>) -> TimedKernel {
    let out = FeatureShape(depth: extents.x, height: extents.y, width: extents.z, channels: shape.channels)
    return TimedKernel(name: name, size: "\(shape)", work: .bytes(4 * (shape.floatCount + out.floatCount))) { context in
      let (from, to) = (Activation(shape), Activation(out))
      return { Resampling.resize(from.view, into: to.view, alignCorners: true, in: context) }
    }
  }

  private static var softArgmin: TimedKernel {
    let scores = FeatureShape(depth: 48, height: 64, width: 128, channels: 1)
    let image = FeatureShape(height: 256, width: 512, channels: 1)
    return TimedKernel(
      name: "upsampling, softmax, regression to 192x256x512", size: "\(scores)", work: .cells(192 * image.pixelCount)
    ) { context in
      let (from, to, spread) = (Activation(scores), Activation(image), Activation(image))
      return {
        Resampling.softArgmin(
          from.view, resizedTo: SIMD3(192, 256, 512), sign: 1, alignCorners: true, into: to.view, spread: spread.view,
          in: context)
      }
    }
  }

  private static var concatenation: TimedKernel {
    let map = FeatureShape(height: 64, width: 128, channels: 32)
    let out = FeatureShape(depth: 48, height: 64, width: 128, channels: 64)
    return TimedKernel(
      name: "concatenation volume of 48", size: "\(map)", work: .bytes(4 * (2 * map.floatCount + out.floatCount))
    ) { context in
      let (left, right, to) = (Activation(map), Activation(map), Activation(out))
      return { FeatureVolumes.concatenate(left.view, right.view, maskLeft: true, into: to.view, in: context) }
    }
  }

  /// The sums of the separated first convolution over a concatenation volume.
  private static var shiftedSum: TimedKernel {
    let sums = FeatureShape(height: 64, width: 128, channels: 96)
    return TimedKernel(
      name: "shifted sums of 48", size: "\(sums)", work: .bytes(4 * (2 * sums.floatCount + volume.floatCount))
    ) { context in
      let (left, right, to) = (Activation(sums), Activation(sums), Activation(volume))
      let bias = AlignedFloats(zeros: 32)
      let columns = (0..<Int32(volume.width)).map { $0 }
      let views = (left: left.view, right: right.view, to: to.view)
      return {
        context.items(volume.depth * volume.height) { item, _ in
          let (d, y) = (Int(item) / volume.height, Int(item) % volume.height)
          let row = y * sums.width * sums.pixel
          FeatureVolumes.shiftedSum(
            width: volume.width, channels: 32, shift: -d, left: views.left.base + row, leftPixel: sums.pixel,
            lefts: columns, right: views.right.base + row, rightPixel: sums.pixel, rights: columns, bias: bias,
            slope: 0, into: views.to.base + Int(item) * volume.width * volume.pixel, pixel: volume.pixel,
            instructionSet: context.instructionSet)
        }
        withExtendedLifetime((left, right, to)) {}
      }
    }
  }

  private static func correlation(
    _ name: String, _ grid: Correlation, height: Int, width: Int, channels: Int
  ) -> TimedKernel {
    let map = FeatureShape(height: height, width: width, channels: channels)
    let out = FeatureShape(height: height, width: width, channels: grid.channels)
    return TimedKernel(
      name: name, size: "\(map)", work: .multiplyAdds(map.pixelCount * channels * grid.channels, saving: 1)
    ) { context in
      let (left, right, to) = (Activation(map), Activation(map), Activation(out))
      return { grid(left.view, right.view, into: to.view, in: context) }
    }
  }

  private static var warp: TimedKernel {
    let map = FeatureShape(height: 384, width: 1280, channels: 32)
    let moves = FeatureShape(height: 384, width: 1280, channels: 1)
    return TimedKernel(
      name: "warping", size: "\(map)", work: .bytes(4 * (2 * map.floatCount + moves.floatCount))
    ) { context in
      let (from, by, to) = (Activation(map), Activation(moves), Activation(map))
      return { Warping.warp(from.view, by: by.view, into: to.view, in: context) }
    }
  }

  private static var tentResampling: TimedKernel {
    let image = FeatureShape(height: 375, width: 1242, channels: 3)
    let out = FeatureShape(height: 384, width: 1280, channels: 3)
    return TimedKernel(
      name: "tent resampling to 384x1280", size: "\(image)", work: .bytes(4 * (image.floatCount + out.floatCount))
    ) { context in
      let resampling = TentResampling(from: SIMD2(375, 1242), to: SIMD2(384, 1280))
      let (from, to) = (Activation(image), Activation(out))
      return { resampling(from.view, into: to.view, in: context) }
    }
  }
}

/// Layers of GA-Net at the sizes of images of 240×624, range 192.
extension TimedKernel {
  /// Semi-global and local guided aggregation, and the regression that holds the latter.
  static var guidedLayers: [TimedKernel] { [semiGlobalGuided, localGuided, guidedRegression] }

  private static var semiGlobalGuided: TimedKernel {
    let volume = FeatureShape(depth: 65, height: 80, width: 208, channels: 32)
    let work = SemiGlobalGuided.directions * SemiGlobalGuided.taps * volume.pixelCount * volume.channels
    return TimedKernel(
      name: "semi-global guided aggregation", size: "\(volume)", work: .multiplyAdds(work, saving: 1)
    ) { context in
      let (from, to) = (Activation(volume), Activation(volume))
      let guidance = Activation(SemiGlobalGuided.guidanceShape(for: volume))
      return {
        SemiGlobalGuided.aggregate(from.view, guidance: guidance.view, affine: nil, into: to.view, in: context)
      }
    }
  }

  private static var localGuided: TimedKernel {
    let costs = FeatureShape(height: 240, width: 624, channels: 193)
    let work = LocalGuided.taps * costs.pixelCount * costs.channels
    return TimedKernel(
      name: "local guided aggregation", size: "\(costs)", work: .multiplyAdds(work, saving: 1)
    ) { context in
      let (from, to) = (Activation(costs), Activation(costs))
      let guidance = Activation(FeatureShape(height: 240, width: 624, channels: LocalGuided.taps))
      return { LocalGuided.aggregate(from.view, guidance: guidance.view, into: to.view, in: context) }
    }
  }

  private static var guidedRegression: TimedKernel {
    let scores = FeatureShape(depth: 65, height: 80, width: 208, channels: 1)
    let image = FeatureShape(height: 240, width: 624, channels: 1)
    let guidance = FeatureShape(height: 240, width: 624, channels: LocalGuided.taps)
    // Four local aggregations; the softmax between them is not counted.
    let work = 4 * LocalGuided.taps * image.pixelCount * 193
    return TimedKernel(
      name: "guided regression to 193x240x624", size: "\(scores)", work: .multiplyAdds(work, saving: 1)
    ) { context in
      let (from, to, spread) = (Activation(scores), Activation(image), Activation(image))
      let (first, second) = (Activation(guidance), Activation(guidance))
      return {
        GuidedRegression.regress(
          from.view, disparities: 193, first: first.view, second: second.view, into: to.view, spread: spread.view,
          in: context)
      }
    }
  }
}
