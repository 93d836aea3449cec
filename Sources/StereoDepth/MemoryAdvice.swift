public import StereoCore

extension StereoMatcher {
  /// What the program takes before it reads anything, bytes: its code, its libraries, the runtime (measured on Linux, x86-64).
  public static let programBytes = 24_000_000

  /// What a program that matches images of `size` will need, with the program itself.
  ///
  /// - Throws: `StereoError` if the method cannot match images of this size.
  public func planOfProgram(for size: PixelSize) throws(StereoError) -> RunPlan {
    try plan(for: size).adding(bytes: Self.programBytes)
  }

  /// Refuses images of `size` if a program that matches them needs more than `limit` bytes, and says what would fit.
  ///
  /// - Throws: `StereoError.memoryLimit(planned:limit:hint:)`; what ``plan(for:)`` throws.
  public func requirePlan(for size: PixelSize, within limit: Int) throws(StereoError) {
    let plan = try planOfProgram(for: size)
    guard plan.peakBytes > limit else { return }
    let advice = MemoryAdvice(limit: limit, range: range, size: size)
    let hint = advice.hint(
      range: { self.plan(for: size, range: $0)?.adding(bytes: Self.programBytes) },
      image: { try? self.planOfProgram(for: $0) })
    throw .memoryLimit(planned: plan.peakBytes, limit: limit, hint: hint)
  }
}

/// What a run that needs too much memory could be instead: the greatest smaller range, else the greatest smaller image.
struct MemoryAdvice {
  /// The most that may be planned, bytes.
  let limit: Int
  /// The range that was asked for.
  let range: DisparityRange
  /// The image.
  let size: PixelSize

  /// A sentence that says what fits; every size in it was planned.
  ///
  /// - Parameters:
  ///   - planForRange: what another range and the same image need; `nil`: the method does not search that range.
  ///   - planForImage: what another image and the same range need; `nil`: the method does not take that image.
  func hint(range planForRange: (DisparityRange) -> RunPlan?, image planForImage: (PixelSize) -> RunPlan?) -> String {
    if let (count, bytes) = greatestCount({ planForRange($0)?.peakBytes }) {
      return "--max-disparity \(range.lowerBound + count) would fit (\(bytes) bytes)"
    }
    guard
      let (width, bytes) = greatest(
        in: 1..<size.width, fitting: { planForImage(scaled(toWidth: $0))?.peakBytes })
    else { return "neither a smaller range nor a smaller image would fit" }
    return "no smaller range would fit; an image of \(scaled(toWidth: width)) would (\(bytes) bytes)"
  }

  /// The greatest smaller number of disparities that fits. Methods search multiples of some number: the least that can be taken
  /// away from the present range.
  private func greatestCount(_ bytes: (DisparityRange) -> Int?) -> (count: Int, bytes: Int)? {
    func bytesFor(_ count: Int) -> Int? {
      bytes(DisparityRange(range.lowerBound..<range.lowerBound + count))
    }
    guard let step = (1..<max(range.count, 1)).first(where: { bytesFor(range.count - $0) != nil }) else { return nil }
    // A method that searches no range needs the same for every one.
    if let least = bytesFor(step), least > limit { return nil }
    return greatest(in: 1..<(range.count + step - 1) / step) { bytesFor($0 * step) }
      .map { ($0.value * step, $0.bytes) }
  }

  /// The greatest value whose bytes keep within the limit, where more takes more and only too little has none.
  private func greatest(in values: Range<Int>, fitting bytes: (Int) -> Int?) -> (value: Int, bytes: Int)? {
    var (low, high) = (values.lowerBound, values.upperBound)
    var found: (value: Int, bytes: Int)?
    while low < high {
      let middle = (low + high) / 2
      let needed = bytes(middle)
      if let needed, needed > limit {
        high = middle
      } else {
        found = needed.map { (middle, $0) } ?? found
        low = middle + 1
      }
    }
    return found
  }

  /// The image's size at another width, of the same shape.
  private func scaled(toWidth width: Int) -> PixelSize {
    PixelSize(width: width, height: max(1, size.height * width / size.width))
  }
}
