public import StereoCore
public import StereoMatching
import Synchronization
import Tensors

/// Matches rectified pairs: built once for a method, a preset and a range, used for many frames.
///
///     let matcher = try StereoMatcher(preset: "realtime", range: DisparityRange(0, upTo: 128))
///     let result = try matcher.match(pair)
///
/// A matcher keeps its memory from frame to frame: after the first frame of a size nothing large is allocated if the
/// result is reused, ``match(_:into:progress:)``. One matcher is used by one thread at a time (it spreads its work over
/// threads by itself), and refuses a second one; several threads use a matcher each.
public final class StereoMatcher: StereoMethod {
  /// The method.
  public let method: MethodDescription
  /// The preset that is used.
  public let preset: String
  /// The disparities that are searched.
  public var range: DisparityRange { engine.range }

  /// How far a disparity looks beyond its pixel.
  public var margins: Margins { engine.margins }
  /// What was chosen without being asked, one sentence each: which weights, which wider range.
  public var notes: [String] { engine.notes }

  /// The weights that it was made with, in the order in which they were opened.
  public var weights: [WeightOrigin] { request.opened.origins }

  private let engine: PreparedMethod
  private let fill: Bool
  /// What the matcher was made from; another range makes another engine.
  private let request: MethodRequest
  /// Whether a thread is matching.
  private let inUse = Atomic<Bool>(false)
  /// The size whose memory was there when it was first asked for.
  private var plannedSize: PixelSize?

  /// A matcher for a request; the other initialisers are short forms of it.
  ///
  /// - Throws: `StereoError` for names, settings and ranges, and for weights, candidates or needs that the method has no use for or
  ///   cannot serve; what reading the weights throws.
  public init(_ request: MethodRequest) throws {
    var request = request
    // Of this matcher, however many are made from one request.
    request.opened = OpenedWeights()
    self.request = request
    method = try MethodRegistry.method(named: request.method)
    engine = try method.make(request)
    preset = engine.preset
    fill = request.options.fill
  }

  /// - Parameters:
  ///   - name: a name of ``MethodRegistry``.
  ///   - preset: one of the method's presets; `nil` for its default.
  ///   - range: disparities to search, pixels; `nil`: the method's default range.
  ///   - options: threads, instruction set, filling.
  ///   - weights: a file of weights; `nil` for the bundled ones.
  ///   - settings: conventions that a checkpoint does not tell, and parameters of the method, by name.
  ///   - candidates: disparities per pixel that an expensive cost is evaluated for, where the method has that; `nil`: what
  ///     the preset says.
  /// - Throws: as ``init(_:)``.
  public convenience init(
    method name: String = "sgm", preset: String? = nil, range: DisparityRange? = nil,
    options: MatchingOptions = MatchingOptions(),
    weights: String? = nil, settings: [String: String] = [:], candidates: CandidateCount? = nil
  ) throws {
    try self.init(
      MethodRequest(
        method: name, preset: preset, range: range, options: options, weights: weights, settings: settings,
        candidates: candidates))
  }

  /// What matching images of `size` will need: memory and work, before anything is allocated.
  ///
  /// - Throws: `StereoError` if the method cannot match images of this size.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan { try engine.plan(for: size) }

  /// What another range would need for images of `size`; `nil` where the method does not search it.
  func plan(for size: PixelSize, range: DisparityRange) -> RunPlan? {
    var other = request
    other.range = range
    other.opened = OpenedWeights()
    return try? method.make(other).plan(for: size)
  }

  /// Matches one pair.
  ///
  /// - Throws: `StereoError`: what the pair has wrong for this method, that the system refuses the memory, that the run was
  ///   cancelled, or that another thread uses this matcher.
  public func match(_ pair: borrowing RectifiedPair, progress: RunProgress = RunProgress()) throws(StereoError)
    -> StereoResult
  {
    try take(for: pair.size)
    defer { give() }
    var result = StereoResult(size: pair.size, range: range)
    try engine.match(pair, into: &result, progress: progress)
    result.removeMasked(of: pair, fill: fill)
    return result
  }

  /// Matches one pair into a result that is used again, so that no large memory is allocated for the frame.
  ///
  /// Where the pair's masks say that there is no image there is no disparity, whatever the method.
  ///
  /// - Throws: `StereoError`, as ``match(_:progress:)``; `result` is unspecified then.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress = RunProgress()
  ) throws(StereoError) {
    try take(for: pair.size)
    defer { give() }
    try engine.match(pair, into: &result, progress: progress)
    result.removeMasked(of: pair, fill: fill)
  }

  /// Takes the matcher for the calling thread, and makes sure of the memory for the first frame of a size.
  private func take(for size: PixelSize) throws(StereoError) {
    guard inUse.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      throw .matcherInUse
    }
    if size == plannedSize { return }
    do throws(StereoError) {
      // Maps and the files that are made of them come beside what the method plans.
      let bytes = try plan(for: size).peakBytes + 48 * size.width * size.height
      guard MemoryReserve.isAvailable(bytes: bytes) else { throw .memoryRefused(planned: bytes) }
      plannedSize = size
    } catch {
      give()
      throw error
    }
  }

  private func give() { inUse.store(false, ordering: .releasing) }
}
