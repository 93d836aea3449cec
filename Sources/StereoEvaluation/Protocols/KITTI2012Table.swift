public import Files

/// The table of KITTI 2012: means over images, and what papers print instead under names that say so.
extension KITTI2012 {
  /// Outliers by threshold, the mean errors, the density.
  public var overview: [ScoreOverview.Row] {
    var rows: [ScoreOverview.Row] = []
    for (name, key, average) in [("Noc", "outNoc", "averageNoc"), ("All", "outAll", "averageAll")] {
      for k in 2...5 { rows.append(.init("Out-\(name) > \(k) px", key, "\(k)")) }
      rows.append(.init("Avg-\(name)", average, unit: .pixels))
    }
    return rows + [.init("density", "density")]
  }

  /// One frame's numbers; `outNoc3` is the headline.
  public func metrics(of score: Score) -> [Metric] {
    var list = [Metric("outNoc3", score.noc.outlierPercent(2))]
    for k in [0, 1, 3, 4] { list.append(Metric("outNoc\(k + 1)", score.noc.outlierPercent(k))) }
    list.append(Metric("averageNoc", score.noc.average(), .pixels))
    if let all = score.all {
      for k in 0..<5 { list.append(Metric("outAll\(k + 1)", all.outlierPercent(k))) }
      list.append(Metric("averageAll", all.average(), .pixels))
    }
    list.append(Metric("density", score.noc.density))
    return list
  }

  /// `outNoc`, `outAll` (percent by threshold), `averageNoc`, `averageAll` (pixels), `density` (percent), the same over
  /// estimated pixels, the least and greatest image, and the variants.
  ///
  /// The All columns are `null` unless every frame has a truth with occluded pixels.
  public func summary(of frames: [ScoredFrame<Score>]) -> OrderedJSON {
    let noc = frames.map(\.score.noc)
    let all = frames.compactMap(\.score.all)
    let hasAll = !frames.isEmpty && all.count == frames.count
    func block(_ combine: ([Double]) -> Double?, estimated: Bool) -> [(String, OrderedJSON)] {
      func out(_ regions: [Region]) -> OrderedJSON {
        .object(
          (0..<5).map { k in
            ("\(k + 1)", .number(combine(regions.map { $0.outlierPercent(k, estimated: estimated) })))
          })
      }
      func average(_ regions: [Region]) -> OrderedJSON {
        .number(combine(regions.map { $0.average(estimated: estimated) }))
      }
      return [
        ("outNoc", out(noc)), ("outAll", hasAll ? out(all) : .null), ("averageNoc", average(noc)),
        ("averageAll", hasAll ? average(all) : .null),
      ]
    }
    func density(_ combine: ([Double]) -> Double?) -> [(String, OrderedJSON)] {
      [
        ("density", .number(combine(noc.map(\.density)))),
        ("densityAll", hasAll ? .number(combine(all.map(\.density))) : .null),
      ]
    }
    let mean: ([Double]) -> Double? = { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }
    return .object(
      [("protocol", .string(name.rawValue)), ("frames", .integer(frames.count))] + block(mean, estimated: false)
        + density(mean) + [
          ("estimated", .object(block(mean, estimated: true))),
          ("leastImage", .object(block({ $0.min() }, estimated: false) + density({ $0.min() }))),
          ("greatestImage", .object(block({ $0.max() }, estimated: false) + density({ $0.max() }))),
          ("variants", variants(noc: noc, all: hasAll ? all : [])),
        ])
  }

  /// Pooled over the pixels of all images, as the server does for its reflective regions and some papers for everything.
  private func variants(noc: [Region], all: [Region]) -> OrderedJSON {
    func pooled(_ regions: [Region]) -> OrderedJSON {
      guard !regions.isEmpty else { return .null }
      let pixels = regions.reduce(0) { $0 + $1.pixels }
      return .object(
        (0..<5).map { k in
          ("\(k + 1)", .number(percent(regions.reduce(0) { $0 + $1.outliers[k] }, of: pixels)))
        })
    }
    return .object([("outNocPooledOverPixels", pooled(noc)), ("outAllPooledOverPixels", pooled(all))])
  }
}
