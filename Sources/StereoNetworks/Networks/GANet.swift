package import Kernels
package import NeuralNetwork
internal import StereoCore

/// One of the published sizes of GA-Net: a trunk and what its checkpoints are called.
protocol GANet: StereoNetwork {
  /// All its layers.
  var trunk: GANetTrunk { get }
}

extension GANet {
  /// How it wants its images.
  package var preparation: ImagePreparation { trunk.preparation }
  /// Bytes of the packed weights.
  package var packedBytes: Int { trunk.packedBytes }

  /// The network on frames of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    try trunk.graph(frame: frame, disparities: disparities, keepsRecords: keepsRecords)
  }
}

/// GA-Net-deep: cost aggregation by seven semi-global guided layers in a 3-D encoder-decoder with two turns, and a regression with
/// local guided layers before and after the softmin.
///
/// Disparities are 0 … D inclusive, one more than the range. Names of tensors are those of the published checkpoints, whose
/// training heads disp0, disp1 and the unused deconv0b are ignored.
/// Source: Zhang et al., GA-Net: Guided Aggregation Net for End-to-End Stereo Matching, CVPR 2019, and the published code.
package struct GANetDeep: GANet {
  /// What the command line says of it.
  package static let card = GANetTrunk.card(
    "ga-net-deep", "GA-Net-deep",
    "the authors' checkpoints (github.com/feihuzhang/GANet): sceneflow_epoch_10.pth, kitti2012_final.pth, kitti2015_final.pth"
  )

  let trunk: GANetTrunk

  /// Reads a checkpoint.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    trunk = try GANetTrunk(
      weights, semiGlobal: ["1", "2", "3", "11", "12", "13", "14"], turns: 2, head: "disp2", in: context)
  }
}

/// GA-Net-11: GA-Net-deep with one turn of the encoder-decoder and four semi-global guided layers.
///
/// Source: the published code of Zhang et al., GA-Net, CVPR 2019 (`GANet11`).
package struct GANet11: GANet {
  /// What the command line says of it.
  package static let card = GANetTrunk.card(
    "ga-net-11", "GA-Net-11", "checkpoints of the authors' code (github.com/feihuzhang/GANet), model `GANet11`")

  let trunk: GANetTrunk

  /// Reads a checkpoint.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    trunk = try GANetTrunk(
      weights, semiGlobal: ["1", "2", "11", "12"], turns: 1, head: "disp1", in: context)
  }
}

/// GA-Net-15: GA-Net-deep with the three semi-global guided layers at a third of the resolution, without those at a sixth.
///
/// The paper evaluates it (table 4); no code and no weights of it were published. What is known is an answer of the authors
/// (github.com/feihuzhang/GANet, issue 53): the deep network without SGA11 … SGA14. So it is here, with that network's tensor
/// names; the numbers of the paper cannot be checked.
package struct GANet15: GANet {
  /// What the command line says of it.
  package static let card = GANetTrunk.card(
    "ga-net-15", "GA-Net-15", "none is published; tensors of GA-Net-deep without sga11 … sga14 and their guidance")

  let trunk: GANetTrunk

  /// Reads weights.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    trunk = try GANetTrunk(weights, semiGlobal: ["1", "2", "3"], turns: 2, head: "disp2", in: context)
  }
}
