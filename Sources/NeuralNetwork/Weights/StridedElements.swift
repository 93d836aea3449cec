internal import Files

extension FileBytes {
  /// Elements of a strided tensor in C order (last axis fastest), as `Float` (wider numbers are rounded to the nearest).
  ///
  /// - Parameters:
  ///   - offset: where element 0 lies, bytes.
  ///   - strides: distance between neighbours along each axis of `shape`, elements.
  /// - Precondition: the whole tensor lies inside; the readers have checked that.
  func floats(at offset: Int, shape: [Int], strides: [Int], as type: ElementType) -> [Float] {
    let width = type.byteCount
    let total = shape.reduce(1, *)
    if total == 0 { return [] }
    let last = zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    precondition(
      strides.count == shape.count && strides.allSatisfy { $0 >= 0 } && offset >= 0
        && offset + (last + 1) * width <= count,
      "FileBytes: tensor \(shape) by \(strides) at byte \(offset) of \(count)")
    if type == .float32 && isContiguous(shape: shape, strides: strides) { return floats(at: offset, count: total) }
    let load = loader(of: type)
    let inner = shape.last ?? 1
    let innerStride = (strides.last ?? 0) * width
    var result: [Float] = []
    result.reserveCapacity(total)
    var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
    var start = offset
    while true {
      for i in 0..<inner { result.append(load(start + i * innerStride)) }
      var axis = index.count - 1
      while axis >= 0 {
        index[axis] += 1
        start += strides[axis] * width
        if index[axis] < shape[axis] { break }
        start -= index[axis] * strides[axis] * width
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }

  /// Reads one element at a byte offset.
  private func loader(of type: ElementType) -> (Int) -> Float {
    switch type {
    case .float64: { Float(Double(bitPattern: self.integer(at: $0))) }
    case .float32: { Float(bitPattern: self.integer(at: $0)) }
    case .float16: { float(fromHalf: self.integer(at: $0)) }
    case .bfloat16: { Float(bitPattern: UInt32(self.integer(at: $0, as: UInt16.self)) << 16) }
    case .int64: { Float(self.integer(at: $0, as: Int64.self)) }
    case .int32: { Float(self.integer(at: $0, as: Int32.self)) }
    case .int16: { Float(self.integer(at: $0, as: Int16.self)) }
    case .int8: { Float(self.integer(at: $0, as: Int8.self)) }
    case .uint64: { Float(self.integer(at: $0, as: UInt64.self)) }
    case .uint32: { Float(self.integer(at: $0, as: UInt32.self)) }
    case .uint16: { Float(self.integer(at: $0, as: UInt16.self)) }
    case .uint8: { Float(self[$0]) }
    case .boolean: { self[$0] == 0 ? 0 : 1 }
    }
  }
}

/// Elements of a strided tensor in C order (last axis fastest), from values in memory.
///
/// - Precondition: the whole tensor lies inside `values`.
func strided(_ values: [Float], from offset: Int, shape: [Int], strides: [Int]) -> [Float] {
  if shape.contains(0) { return [] }
  var places = [offset]
  for (extent, stride) in zip(shape, strides) {
    places = places.flatMap { place in (0..<extent).map { place + $0 * stride } }
  }
  return places.map { values[$0] }
}

/// The element that a tensor's last one is, for extents and strides from 0; `nil` if that is beyond what an `Int` holds.
func lastElement(from offset: Int, shape: [Int], strides: [Int]) -> Int? {
  var last = offset
  for (extent, stride) in zip(shape, strides) {
    let (distance, tooFar) = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
    let (sum, beyond) = last.addingReportingOverflow(distance)
    if tooFar || beyond { return nil }
    last = sum
  }
  return last
}

/// Distances between neighbours along each axis of a tensor in C order, elements; zeros if it has no elements.
func contiguousStrides(of shape: [Int]) -> [Int] {
  // Without elements the other extents may have any product.
  if shape.contains(0) { return [Int](repeating: 0, count: shape.count) }
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// Whether elements of such a tensor lie one after the other in C order (axes of one element do not matter).
func isContiguous(shape: [Int], strides: [Int]) -> Bool {
  zip(zip(shape, strides), contiguousStrides(of: shape)).allSatisfy { $0.0 == 1 || $0.1 == $1 }
}
