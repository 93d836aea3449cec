package import Kernels

/// A batch normalisation that no convolution precedes: a factor and a summand for each channel, read with the other weights.
package final class ChannelAffine: @unchecked Sendable {
  /// For each channel, zeros up to a multiple of 16.
  package let scale, shift: AlignedFloats

  fileprivate init(channels: Int) {
    scale = AlignedFloats(zeros: channels.roundedUpToVector)
    shift = AlignedFloats(zeros: channels.roundedUpToVector)
  }
}

extension LayerReader {
  /// Describes the batch normalisation at `path`.
  package func affine(_ path: String, channels: Int) -> ChannelAffine {
    let tensors = weights.batchNormalisation(path, channels: channels)
    let affine = ChannelAffine(channels: channels)
    prepare {
      let values = tensors.values()
      affine.scale.assign(values.scale)
      affine.shift.assign(values.shift)
    }
    return affine
  }
}
