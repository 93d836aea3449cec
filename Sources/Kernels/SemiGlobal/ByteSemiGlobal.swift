internal import CKernels
public import Tensors

/// What the sums of path costs say about one pixel: the layout of `sd_winner`.
public struct PathWinner: BitwiseCopyable, Sendable, Equatable {
  /// The first plane of the least sum; ``ByteSemiGlobal/none``: there is no cost at all.
  public var plane: UInt16
  /// The least sum.
  public var least: UInt16
  /// The least sum more than one plane away from the winner; ``ByteSemiGlobal/none``: there is none.
  public var second: UInt16
  private var unused: UInt16
  /// What the parabola through the winner and its neighbours adds to the plane, −½ … ½; 0 at either end of the range.
  public var correction: Float

  /// A pixel without costs.
  public static let none = PathWinner(
    plane: ByteSemiGlobal.none, least: ByteSemiGlobal.none, second: ByteSemiGlobal.none, unused: 0, correction: 0)
}

/// Semi-global matching over costs in bytes along four paths, with MC-CNN's penalties by contrast: see `byte_semi_global.c`.
///
///     S(p, d) = Σ_r L_r(p, d),   winner = argmin_d S(p, d)
///
/// The sums are never kept for a whole image. A first pass goes upwards and keeps the path costs of every ``bandRows``-th
/// row; the second goes down band by band, takes up the upward path at the row below, and has all four paths of a band's rows
/// together. That is one path more to compute, and instead of two bytes for every pixel and disparity it takes a
/// ``bandRows``-th of them twice.
public struct ByteSemiGlobal: Sendable {
  /// Rows that are worked on together: their sums stay within a cache of a few megabytes.
  public static let bandRows = 8
  /// Columns of a vertical path that are worked on together.
  static let bandColumns = 96
  /// Marks a plane or sum that does not exist.
  public static let none = UInt16(SD_NO_SUM)
  /// The greatest penalty: sums of four paths fit into 16 bits.
  public static let greatestPenalty = 16129

  /// Penalties of one step by contrast: neither image has contrast, one has, both have.
  public struct Penalties: Sendable, Equatable {
    /// P1: a change by one plane.
    public var p1: [UInt16]
    /// P1 on vertical paths against the slant of the ground: from d − 1 downwards, from d + 1 upwards.
    public var slantedP1: [UInt16]
    /// P2: a greater change; not less than ``p1``.
    public var p2: [UInt16]
    /// For differences of 0 … 255 gray levels in the reference image: below the threshold (0), at it (1), above it (2).
    public var ownKinds: [UInt8]
    /// The same for the other image.
    public var otherKinds: [UInt8]
    /// The kind where a partner or its neighbour lies outside the image.
    public var outside: UInt8

    /// - Precondition: three penalties of each sort, at most ``ByteSemiGlobal/greatestPenalty``, P1 ≤ P2; 256 kinds for each image.
    public init(
      p1: [UInt16], slantedP1: [UInt16], p2: [UInt16], ownKinds: [UInt8], otherKinds: [UInt8], outside: UInt8
    ) {
      precondition(
        p1.count == 3 && slantedP1.count == 3 && p2.count == 3 && zip(p1, p2).allSatisfy { $0 <= $1 }
          && zip(slantedP1, p2).allSatisfy { $0 <= $1 } && p2.allSatisfy { Int($0) <= ByteSemiGlobal.greatestPenalty },
        "ByteSemiGlobal: penalties \(p1), \(slantedP1), \(p2)")
      precondition(
        ownKinds.count == 256 && otherKinds.count == 256, "ByteSemiGlobal: kinds of other than 256 contrasts")
      self.p1 = p1
      self.slantedP1 = slantedP1
      self.p2 = p2
      self.ownKinds = ownKinds
      self.otherKinds = otherKinds
      self.outside = outside
    }
  }

  /// The penalties.
  public var penalties: Penalties

  /// - Parameter penalties: the penalties.
  public init(penalties: Penalties) { self.penalties = penalties }

  /// Bytes that ``winners(of:planes:lower:isRight:own:other:in:)`` allocates besides its result.
  public static func scratchBytes(width: Int, height: Int, planes: Int) -> Int {
    let depth = ByteCosts.depth(planes: planes)
    let path = depth + 2 * Int(SD_PATH_ROOM) + 1
    let bands = (height + bandRows - 1) / bandRows
    return 2 * width * ((bands + 2) * path + bandRows * depth)
  }

  /// The winner of every pixel.
  ///
  /// - Parameters:
  ///   - costs: `[H, W, depth]` bytes, see ``ByteCosts``.
  ///   - planes: disparities.
  ///   - lower: disparity of plane 0.
  ///   - isRight: whether the volume lies on the right image's pixels.
  ///   - own: the image that the volume lies on.
  ///   - other: the other image.
  /// - Precondition: images and volume have one size.
  public func winners(
    of costs: borrowing Volume<UInt8>, planes: Int, lower: Int, isRight: Bool, own: borrowing Plane<UInt8>,
    other: borrowing Plane<UInt8>, in context: ComputeContext
  ) -> Plane<PathWinner> {
    let call = call(costs, planes, lower, isRight, own, other)
    var winners = Plane(width: costs.width, height: costs.height, repeating: PathWinner.none)
    guard costs.width > 0, costs.height > 0 else { return winners }
    let stored = UnsafeMutableRawPointer(winners.mutableStorage).assumingMemoryBound(to: sd_winner.self)
    ByteSemiGlobalPass(call, context, sums: nil).run(planes: planes, into: SharedPointer(stored))
    return winners
  }

  /// S for every pixel and plane, for what looks at the sums of several pixels: two bytes each.
  ///
  /// Parameters and precondition are those of ``winners(of:planes:lower:isRight:own:other:in:)``.
  ///
  /// - Returns: `[H, W, depth]`, ``none`` where there is no cost.
  public func sums(
    of costs: borrowing Volume<UInt8>, planes: Int, lower: Int, isRight: Bool, own: borrowing Plane<UInt8>,
    other: borrowing Plane<UInt8>, in context: ComputeContext
  ) -> Volume<UInt16> {
    let call = call(costs, planes, lower, isRight, own, other)
    let sums = Volume<UInt16>(uninitializedWidth: costs.width, height: costs.height, depth: costs.depth)
    guard costs.width > 0, costs.height > 0 else { return sums }
    ByteSemiGlobalPass(call, context, sums: SharedPointer(sums.storage)).run(planes: planes, into: nil)
    return sums
  }

  /// The winner of every pixel by sums that ``sums(of:planes:lower:isRight:own:other:in:)`` gave.
  ///
  /// - Parameter sums: as they were, or means of them; left as they are.
  public func winners(
    of sums: inout Volume<UInt16>, planes: Int, in context: ComputeContext
  ) -> Plane<PathWinner> {
    precondition(
      sums.depth == ByteCosts.depth(planes: planes), "ByteSemiGlobal: sums of \(sums.depth) cells for \(planes) planes")
    var winners = Plane(width: sums.width, height: sums.height, repeating: PathWinner.none)
    let stored = UnsafeMutableRawPointer(winners.mutableStorage).assumingMemoryBound(to: sd_winner.self)
    let (to, from, isa) = (SharedPointer(stored), SharedPointer(sums.storage), context.instructionSet.code)
    let (width, depth) = (sums.width, sums.depth)
    context.ranges(of: sums.height, size: Self.bandRows) { rows in
      for y in rows {
        sd_winners(
          isa, from.pointer + y * width * depth, Int32(width), Int32(depth), Int32(planes), to.pointer + y * width)
      }
    }
    return winners
  }

  /// What the kernels are told; pointers are valid as long as volume and images are.
  private func call(
    _ costs: borrowing Volume<UInt8>, _ planes: Int, _ lower: Int, _ isRight: Bool, _ own: borrowing Plane<UInt8>,
    _ other: borrowing Plane<UInt8>
  ) -> sd_byte_semi_global {
    let (width, height, depth) = (costs.width, costs.height, costs.depth)
    precondition(
      own.width == width && own.height == height && other.width == width && other.height == height
        && depth == ByteCosts.depth(planes: planes),
      "ByteSemiGlobal: costs \(height)×\(width)×\(depth) for \(planes) planes, images \(own.height)×\(own.width) and "
        + "\(other.height)×\(other.width)")
    precondition(MemoryLayout<PathWinner>.size == MemoryLayout<sd_winner>.size)
    var call = sd_byte_semi_global()
    call.costs = UnsafePointer(costs.storage)
    (call.width, call.height, call.depth) = (Int32(width), Int32(height), Int32(depth))
    (call.lower, call.right) = (Int32(lower), isRight ? 1 : 0)
    (call.own, call.other) = (UnsafePointer(own.storage), UnsafePointer(other.storage))
    (call.own_stride, call.other_stride) = (own.rowStride, other.rowStride)
    Self.copy(penalties.ownKinds, into: &call.own_kinds)
    Self.copy(penalties.otherKinds, into: &call.other_kinds)
    call.outside = penalties.outside
    Self.copy(penalties.p1, into: &call.p1)
    Self.copy(penalties.slantedP1, into: &call.p1_slanted)
    Self.copy(penalties.p2, into: &call.p2)
    return call
  }

  private static func copy<Element, Tuple>(_ values: [Element], into tuple: inout Tuple) {
    withUnsafeMutableBytes(of: &tuple) { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }
}

/// One run of ``ByteSemiGlobal``, with its memory.
private final class ByteSemiGlobalPass: @unchecked Sendable {
  private let call: sd_byte_semi_global
  private let context: ComputeContext
  private let isa: sd_isa
  private let width, height, depth, pathLength, bands: Int
  /// Path costs that come from above, `[W, pathLength]`, and their least.
  private var down: Volume<UInt16>
  private var leastDown: Plane<UInt16>
  /// Path costs that come from below, at the row below every band, `[bands, W, pathLength]`; and their least.
  private var up: Volume<UInt16>
  private var leastUp: Plane<UInt16>
  /// `[bandRows, W, depth]` sums of a band, which the next band replaces; empty where all are kept.
  private let bandSums: Volume<UInt16>
  /// The first sum, of the band or of all.
  private let sums: SharedPointer<UInt16>
  private let keepsSums: Bool

  /// - Parameter sums: memory for all sums, `[H, W, depth]`; `nil`: only winners are wanted.
  init(
    _ call: sd_byte_semi_global, _ context: ComputeContext, sums: SharedPointer<UInt16>?
  ) {
    self.call = call
    self.context = context
    isa = context.instructionSet.code
    (width, height, depth) = (Int(call.width), Int(call.height), Int(call.depth))
    pathLength = depth + 2 * Int(SD_PATH_ROOM)
    bands = (height + ByteSemiGlobal.bandRows - 1) / ByteSemiGlobal.bandRows
    down = Volume(width: width, height: 1, depth: pathLength, repeating: ByteSemiGlobal.none)
    leastDown = Plane(width: width, height: 1, repeating: ByteSemiGlobal.none)
    up = Volume(uninitializedWidth: width, height: bands, depth: pathLength)
    leastUp = Plane(width: width, height: bands, repeating: ByteSemiGlobal.none)
    let last = (bands - 1) * width * pathLength
    (up.storage + last).initialize(repeating: ByteSemiGlobal.none, count: width * pathLength)
    keepsSums = sums != nil
    bandSums = Volume(
      uninitializedWidth: width, height: keepsSums ? 0 : min(ByteSemiGlobal.bandRows, height), depth: depth)
    self.sums = sums ?? SharedPointer(bandSums.storage)
  }

  func run(planes: Int, into winners: SharedPointer<sd_winner>?) {
    climb()
    for band in 0..<bands where !context.isCancelled {
      let rows = band * ByteSemiGlobal.bandRows..<min((band + 1) * ByteSemiGlobal.bandRows, height)
      across(rows)
      along(rows, band, planes: planes, into: winners)
    }
  }

  /// The sums of row `y` of the band that begins at row `first`.
  private func cells(_ y: Int, _ first: Int) -> UnsafeMutablePointer<UInt16> {
    sums.pointer + (keepsSums ? y : y - first) * width * depth
  }

  /// Upward paths: their costs at the first row of a band are what the band above begins with.
  private func climb() {
    let (path, least) = (SharedPointer(up.storage), SharedPointer(leastUp.mutableStorage))
    columns { columns, scratch in
      for band in stride(from: self.bands - 1, to: 0, by: -1) {
        // In place at the band above: what comes from the band below is copied there first.
        let (from, to) = (band * self.width, (band - 1) * self.width)
        for x in columns {
          (path.pointer + (to + x) * self.pathLength).update(
            from: path.pointer + (from + x) * self.pathLength, count: self.pathLength)
          least.pointer[to + x] = least.pointer[from + x]
        }
        if self.context.isCancelled { return }
        let rows = band * ByteSemiGlobal.bandRows..<min((band + 1) * ByteSemiGlobal.bandRows, self.height)
        for y in rows.reversed() {
          self.step(y, -1, columns, path.pointer + to * self.pathLength, least.pointer + to, nil, scratch)
        }
      }
    }
  }

  /// The horizontal paths of some rows.
  private func across(_ rows: Range<Int>) {
    let penalties = sd_byte_semi_global_scratch(Int32(width), Int32(depth))
    context.bands(rows.count) { i in
      let memory = self.context.scratch.take(bytes: 2 * (penalties + self.pathLength))
      let words = UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: UInt16.self)
      var call = self.call
      sd_byte_semi_global_across(
        self.isa, &call, Int32(rows.lowerBound + i), self.cells(rows.lowerBound + i, rows.lowerBound), words,
        words + self.pathLength)
      self.context.scratch.give(back: memory)
    }
  }

  /// The vertical paths of a band, and its winners.
  private func along(_ rows: Range<Int>, _ band: Int, planes: Int, into winners: SharedPointer<sd_winner>?) {
    let (first, above) = (rows.lowerBound, SharedPointer(down.storage))
    let leastAbove = SharedPointer(leastDown.mutableStorage)
    let below = SharedPointer(up.storage + band * width * pathLength)
    let leastBelow = SharedPointer(leastUp.mutableStorage + band * width)
    columns { columns, scratch in
      for y in rows.reversed() {
        self.step(y, -1, columns, below.pointer, leastBelow.pointer, self.cells(y, first), scratch)
      }
      for y in rows {
        let cells = self.cells(y, first)
        self.step(y, 1, columns, above.pointer, leastAbove.pointer, cells, scratch)
        guard let winners else { continue }
        sd_winners(
          self.isa, cells + columns.lowerBound * self.depth, Int32(columns.count), Int32(self.depth), Int32(planes),
          winners.pointer + y * self.width + columns.lowerBound)
      }
    }
  }

  private func step(
    _ y: Int, _ dy: Int32, _ columns: Range<Int>, _ path: UnsafeMutablePointer<UInt16>,
    _ least: UnsafeMutablePointer<UInt16>, _ sums: UnsafeMutablePointer<UInt16>?,
    _ scratch: UnsafeMutablePointer<UInt16>
  ) {
    var call = call
    sd_byte_semi_global_along(
      isa, &call, Int32(y), dy, Int32(columns.lowerBound), Int32(columns.upperBound), path, least, sums, scratch)
  }

  /// Calls `body` for pieces of all columns, with scratch memory.
  private func columns(_ body: @Sendable (Range<Int>, UnsafeMutablePointer<UInt16>) -> Void) {
    let words = sd_byte_semi_global_scratch(Int32(ByteSemiGlobal.bandColumns), Int32(depth))
    context.ranges(of: width, size: ByteSemiGlobal.bandColumns) { columns in
      let memory = self.context.scratch.take(bytes: 2 * words)
      body(columns, UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: UInt16.self))
      self.context.scratch.give(back: memory)
    }
  }
}
