public import Files

/// The table of KITTI 2015: pooled counts, and what papers print instead under names that say so.
extension KITTI2015 {
  /// D1 by region, of all pixels and of the non-occluded ones, and the density.
  public var overview: [ScoreOverview.Row] {
    [
      .init("D1-bg", "d1", "background"), .init("D1-fg", "d1", "foreground"), .init("D1-all", "d1", "all"),
      .init("D1-bg, non-occluded", "d1Noc", "background"), .init("D1-fg, non-occluded", "d1Noc", "foreground"),
      .init("D1-all, non-occluded", "d1Noc", "all"), .init("density", "density"),
    ]
  }

  /// One frame's numbers; `d1All` is the headline.
  public func metrics(of score: Score) -> [Metric] {
    func numbers(_ prefix: String, _ region: Region) -> [Metric] {
      [
        Metric("\(prefix)All", percent(region.all.outliers, of: region.all.pixels)),
        Metric("\(prefix)Background", region.background.flatMap { percent($0.outliers, of: $0.pixels) }),
        Metric("\(prefix)Foreground", region.foreground.flatMap { percent($0.outliers, of: $0.pixels) }),
      ]
    }
    let ranked = score.ranked
    return numbers("d1", ranked) + (score.occ == nil ? [] : numbers("d1Noc", score.first)) + [
      Metric("averageError", ranked.all.pixels > 0 ? ranked.errorSum / Double(ranked.all.pixels) : nil, .pixels),
      Metric("density", percent(ranked.all.estimated, of: ranked.all.pixels)),
    ]
  }

  /// `d1` and `d1Noc` (percent by background, foreground, all), `density` (percent), the same over estimated pixels, and
  /// the variants. `d1` is of the truth with occluded pixels; if only one truth was given, `d1` is of that one and
  /// `d1Noc` is `null`.
  public func summary(of frames: [ScoredFrame<Score>]) -> OrderedJSON {
    let ranked = Self.pooled(frames.map(\.score.ranked))
    let hasBoth = !frames.isEmpty && frames.allSatisfy { $0.score.occ != nil }
    let noc = hasBoth ? Self.pooled(frames.map(\.score.first)) : nil
    func rates(_ region: Region?, estimated: Bool) -> OrderedJSON {
      guard let region else { return .null }
      func rate(_ counts: Counts?) -> OrderedJSON {
        .number(
          counts.flatMap {
            estimated ? percent($0.estimatedOutliers, of: $0.estimated) : percent($0.outliers, of: $0.pixels)
          })
      }
      return .object([
        ("background", rate(region.background)), ("foreground", rate(region.foreground)), ("all", rate(region.all)),
      ])
    }
    return .object([
      ("protocol", .string(name.rawValue)), ("frames", .integer(frames.count)),
      ("d1", rates(ranked, estimated: false)), ("d1Noc", rates(noc, estimated: false)),
      ("density", .number(percent(ranked.all.estimated, of: ranked.all.pixels))),
      ("densityNoc", .number(noc.flatMap { percent($0.all.estimated, of: $0.all.pixels) })),
      ("estimated", .object([("d1", rates(ranked, estimated: true)), ("d1Noc", rates(noc, estimated: true))])),
      (
        "variants",
        .object([
          ("d1AllMeanOverImages", .number(mean(frames.map { metrics(of: $0.score)[0].value }))),
          (
            "averageErrorPooledOverPixels",
            .number(
              ranked.all.pixels > 0 ? ranked.errorSum / Double(ranked.all.pixels) : nil)
          ),
        ])
      ),
    ])
  }

  /// The sums over images; background and foreground only if every image has an object map.
  private static func pooled(_ regions: [Region]) -> Region {
    let backgrounds = regions.compactMap(\.background)
    let foregrounds = regions.compactMap(\.foreground)
    let hasObjects = !regions.isEmpty && backgrounds.count == regions.count
    return Region(
      background: hasObjects ? backgrounds.reduce(Counts(), +) : nil,
      foreground: hasObjects ? foregrounds.reduce(Counts(), +) : nil,
      all: regions.map(\.all).reduce(Counts(), +), errorSum: regions.reduce(0) { $0 + $1.errorSum })
  }
}
