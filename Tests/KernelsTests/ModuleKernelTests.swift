import Kernels
import Tensors
import Testing

/// The kernels of modules of candidate disparities against their plain forms, for every instruction set and awkward sizes.
@Suite struct ModuleKernelTests {
  static let grids = [
    ModuleGrid(width: 1, height: 1, modules: 1), ModuleGrid(width: 4, height: 9, modules: 2),
    ModuleGrid(width: 37, height: 6, modules: 3), ModuleGrid(width: 21, height: 8, modules: 5),
  ]

  static func bytes(_ count: Int, seed: UInt64, below limit: Int = 256) -> [UInt8] {
    noise(count, seed: seed).map { value -> UInt8 in UInt8(Int(abs(value) * 4096) % limit) }
  }

  static func context(_ isa: InstructionSet, threads: Int = 2) -> ComputeContext {
    ComputeContext(instructionSet: isa, parallel: Parallel(threads: threads))
  }

  /// Every block, and the place of disparity d of a block in a tensor's group of channels.
  static func cells(_ grid: ModuleGrid) -> [(row: Int, column: Int, d: Int)] {
    (0..<grid.blockRows).flatMap { row in
      (0..<grid.blockColumns).flatMap { column in (0..<grid.disparities).map { (row, column, $0) } }
    }
  }

  static func value(_ view: FeatureView, _ cell: (row: Int, column: Int, d: Int), group: Int) -> Float {
    let channel = cell.d / 8 * 32 + group * 8 + cell.d % 8
    return view.base[(cell.row * view.shape.width + cell.column) * view.pixel + channel]
  }

  @Test(arguments: grids, InstructionSet.available)
  func censusDistances(grid: ModuleGrid, isa: InstructionSet) {
    var pattern: [SweepSettings.CensusPair] = []
    for k in 0..<32 {
      let (dy, dx) = (Int8(k % 5 - 2), Int8(k % 7 - 3))
      pattern.append(SweepSettings.CensusPair((dy, dx), (0, 0)))
    }
    let pixels = grid.width * grid.height
    func strings(seed: UInt64) -> Plane<UInt32> {
      let samples = Self.bytes(pixels, seed: seed)
      let gray = Plane<UInt8>(width: grid.width, height: grid.height, samples: samples)
      return CensusDistance.strings(gray, pattern: pattern, in: ComputeContext(parallel: .serial))
    }
    let tensor = ActivationMemory(grid.blocks(channels: 32 * grid.modules))
    let left = strings(seed: 1)
    let right = strings(seed: 2)
    CensusDistance.write(
      left: left, right: right, grid: grid, scale: 0.25, into: tensor.view, in: Self.context(isa))
    let plain = ReferenceModuleTensor(grid)
    for cell in Self.cells(grid) {
      let expected = plain.distance(
        left: left.samples, right: right.samples, row: cell.row, column: cell.column, d: cell.d, scale: 0.25)
      #expect(abs(Double(Self.value(tensor.view, cell, group: 0)) - expected) < 1e-5, "\(cell)")
    }
  }

  /// One row, 5 0 7: bit 0 asks whether the left neighbour is less, bit 1 whether the right one is; others never hold.
  @Test func censusOfThreePixelsByHand() {
    var pattern = [SweepSettings.CensusPair](repeating: SweepSettings.CensusPair((0, 0), (0, 0)), count: 32)
    pattern[0] = SweepSettings.CensusPair((0, -1), (0, 0))
    pattern[1] = SweepSettings.CensusPair((0, 1), (0, 0))
    let strings = CensusDistance.strings(
      Plane(width: 3, height: 1, samples: [5, 0, 7]), pattern: pattern, in: ComputeContext(parallel: .serial))
    #expect(strings.samples == [0b10, 0b00, 0b01])
  }

  @Test(arguments: grids, InstructionSet.available)
  func evidenceOfPathCosts(grid: ModuleGrid, isa: InstructionSet) {
    let sums = Self.bytes(grid.width * grid.height * grid.disparities, seed: 3)
    var left = sums
    let tensor = ActivationMemory(grid.blocks(channels: 32 * grid.modules))
    let least = ActivationMemory(grid.blocks(channels: 2))
    PathEvidence.write(
      sums: &left, grid: grid, scale: 16, into: tensor.view, least: least.view, in: Self.context(isa))
    let plain = ReferenceModuleTensor(grid)
    for cell in Self.cells(grid) {
      for (group, isRight) in [(1, false), (2, true)] {
        let mean = plain.mean(cell.row, cell.column) { x, y in
          let both = plain.evidence(sums: sums, x: x, y: y, d: cell.d)
          return Double(isRight ? both.right : both.left)
        }
        let measured = Double(Self.value(tensor.view, cell, group: group))
        #expect(abs(measured - exponential(-mean / 16)) < 1e-6, "\(cell), group \(group)")
      }
    }
    var expected: [UInt8] = []
    for i in 0..<grid.width * grid.height {
      for d in 0..<grid.disparities {
        expected.append(UInt8(plain.evidence(sums: sums, x: i % grid.width, y: i / grid.width, d: d).left))
      }
    }
    #expect(left == expected)
    for row in 0..<grid.blockRows {
      for column in 0..<grid.blockColumns {
        let mean = plain.mean(row, column) { x, y in
          let first = (y * grid.width + x) * grid.disparities
          return Double(sums[first..<first + grid.disparities].min()!)
        }
        let measured = least.view.base[(row * grid.blockColumns + column) * least.view.pixel]
        #expect(abs(Double(measured) - mean / 64) < 1e-5)
      }
    }
  }

  @Test(arguments: grids, InstructionSet.available)
  func closenessToWinners(grid: ModuleGrid, isa: InstructionSet) {
    let pixels = grid.width * grid.height
    let winners: [Float] = noise(pixels, seed: 4).map { ($0 + 1) * Float(grid.disparities) / 2 }
    let labels = Self.bytes(pixels, seed: 5, below: 128)
    let tensor = ActivationMemory(grid.blocks(channels: 32 * grid.modules))
    var share = [Float](repeating: .nan, count: grid.blockRows * grid.blockColumns)
    PathEvidence.writeCloseness(
      winners: winners, labels: labels, bits: 64, grid: grid, into: tensor.view, share: &share, sharePixel: 1,
      in: Self.context(isa))
    let plain = ReferenceModuleTensor(grid)
    for cell in Self.cells(grid) {
      let expected = plain.closeness(winners: winners, row: cell.row, column: cell.column, d: cell.d)
      #expect(abs(Double(Self.value(tensor.view, cell, group: 3)) - expected) < 1e-5, "\(cell)")
    }
    for (i, share) in share.enumerated() {
      let expected = plain.mean(i / grid.blockColumns, i % grid.blockColumns) { x, y -> Double in
        labels[y * grid.width + x] & 64 != 0 ? 1 : 0
      }
      #expect(abs(Double(share) - expected) < 1e-6)
    }
  }

  @Test(arguments: grids, InstructionSet.available)
  func posteriorAndDisparities(grid: ModuleGrid, isa: InstructionSet) {
    let blocks = grid.blockRows * grid.blockColumns
    let tensor = ActivationMemory(grid.blocks(channels: 32 * grid.modules))
    for (i, v) in noise(blocks * 32 * grid.modules, seed: 6).enumerated() { tensor.view.base[i] = abs(v) + 0.01 }
    let scores = ActivationMemory(grid.blocks(channels: 16 * grid.modules))
    let values = noise(blocks * 16 * grid.modules, seed: 7).map { 3 * $0 }
    for (i, v) in values.enumerated() { scores.view.base[i] = v }
    let posterior = ActivationMemory(grid.blocks(channels: 16 * grid.modules))
    let context = Self.context(isa)
    ModuleScores.writePosterior(
      tensor: tensor.view, scores: .map(scores.view), grid: grid, into: posterior.view, in: context)
    for row in 0..<grid.blockRows {
      for column in 0..<grid.blockColumns {
        let first = (row * grid.blockColumns + column) * 16 * grid.modules
        let cells = (0..<grid.disparities).map { (row: row, column: column, d: $0) }
        let own: [Double] = values[first..<first + 16 * grid.modules].map { Double($0) }
        let z = ReferenceModuleScores.joint(
          evidence: cells.map { Double(Self.value(tensor.view, $0, group: 1)) },
          closeness: cells.map { Double(Self.value(tensor.view, $0, group: 3)) }, scores: own)
        for (i, p) in ReferenceModuleScores.posterior(z).enumerated() {
          let computed = Double(posterior.view.base[first + i / 10 * 16 + i % 10])
          #expect(abs(computed - p) < 1e-5)
        }
      }
    }
    checkDisparities(grid, scores: scores.view, values: values, in: context)
  }

  /// Disparities of random evidence, winners and the given scores.
  private func checkDisparities(_ grid: ModuleGrid, scores: FeatureView, values: [Float], in context: ComputeContext) {
    let pixels = grid.width * grid.height
    let evidence = Self.bytes(pixels * grid.disparities, seed: 8, below: 128)
    let winners: [Float] = noise(pixels, seed: 9).map { ($0 + 1) * Float(grid.disparities) / 2 }
    let image = FeatureShape(height: grid.height, width: grid.width, channels: 1)
    let (disparity, confidence) = (ActivationMemory(image), ActivationMemory(image))
    ModuleScores.writeDisparities(
      evidence: evidence, scale: 16, winners: winners, scores: scores, grid: grid, into: disparity.view,
      confidence: confidence.view, in: context)
    for i in 0..<pixels {
      var (seen, near): ([Double], [Double]) = ([], [])
      for d in 0..<grid.disparities {
        seen.append(exponential(-Double(evidence[i * grid.disparities + d]) / 16))
        let away: Double = abs(Double(d) - Double(winners[i]))
        near.append(-min(away, 8) / 2)
      }
      let own = ReferenceModuleScores.interpolated(values, grid: grid, x: i % grid.width, y: i / grid.width)
      let z = ReferenceModuleScores.joint(evidence: seen, closeness: near, scores: own)
      let expected = ReferenceModuleScores.winner(z)
      #expect(abs(Double(disparity.view.base[i]) - expected.disparity) < 1e-3)
      #expect(abs(Double(confidence.view.base[i]) - expected.confidence) < 1e-4)
    }
  }

  /// Two modules without any evidence, closeness or scores: every candidate is as probable as any other.
  @Test func nothingKnownByHand() {
    let grid = ModuleGrid(width: 4, height: 4, modules: 2)
    let tensor = ActivationMemory(grid.blocks(channels: 64))
    for i in 0..<64 { tensor.view.base[i] = i % 32 < 24 ? 1 : 0 }
    let posterior = ActivationMemory(grid.blocks(channels: 32))
    ModuleScores.writePosterior(
      tensor: tensor.view, scores: .everywhere([Float](repeating: 0, count: 11)), grid: grid, into: posterior.view,
      in: Self.context(.portable))
    let expected = [Float](repeating: 1 / 16, count: 8)
    let values = (0..<32).map { posterior.view.base[$0] }
    let rest = [Float](repeating: 0, count: 6)
    #expect(values == expected + [0, 0.5] + rest + expected + [0.5, 0] + rest)
  }

  /// e^x by its series: the tests import no C library.
  private func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for n in 1...60 {
      term *= x / 16 / Double(n)
      sum += term
    }
    return (0..<4).reduce(sum) { power, _ in power * power }
  }
}
