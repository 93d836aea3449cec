// One import gives a user the whole vocabulary.

@_exported public import Files
@_exported public import ImageFiles
@_exported public import Kernels
@_exported public import NeuralNetwork
@_exported public import Rectification
@_exported public import StereoCore
@_exported public import StereoEvaluation
@_exported public import StereoMatching
@_exported public import StereoNetworks
@_exported public import Tensors
