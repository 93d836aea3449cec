internal import Kernels

/// The part of a stored convolution that a layer computes, and the order of its output channels.
///
/// A convolution over a concatenation is the sum of one convolution for each part: each selects its input channels, and one
/// of them has the summand. That sum needs no memory for the concatenation.
package struct WeightSelection: Sendable {
  /// Input channels, all where nil.
  package var inputs: Range<Int>?
  /// For each output channel the stored one, nil for zeros; all in their order where nil.
  package var outputs: [Int?]?
  /// Whether the summand (bias, batch normalisation's shift) belongs to this layer.
  package var hasSummand: Bool

  /// A selection; see the properties.
  package init(inputs: Range<Int>? = nil, outputs: [Int?]? = nil, hasSummand: Bool = true) {
    self.inputs = inputs
    self.outputs = outputs
    self.hasSummand = hasSummand
  }

  /// The geometry of the selected convolution.
  func geometry(of stored: ConvolutionGeometry) -> ConvolutionGeometry {
    precondition(
      !stored.isTransposed && stored.groups == 1 && (inputs?.upperBound ?? 0) <= stored.inChannels,
      "channels \(inputs.map { "\($0)" } ?? "") of \(stored)")
    var selected = stored
    selected.inChannels = inputs?.count ?? stored.inChannels
    selected.outChannels = outputs?.count ?? stored.outChannels
    return selected
  }

  /// The selected weights of `[out, in, taps]`.
  func weights(_ weights: [Float], of stored: ConvolutionGeometry) -> [Float] {
    let (ins, row) = (inputs ?? 0..<stored.inChannels, stored.inChannels * stored.taps)
    return (outputs ?? Array(0..<stored.outChannels)).flatMap { output -> [Float] in
      guard let output else { return [Float](repeating: 0, count: ins.count * stored.taps) }
      return Array(weights[output * row + ins.lowerBound * stored.taps..<output * row + ins.upperBound * stored.taps])
    }
  }

  /// The selected ones of values for each output channel.
  func values(_ values: [Float]?) -> [Float]? {
    guard let values, let outputs else { return values }
    return outputs.map { $0.map { values[$0] } ?? 0 }
  }
}
