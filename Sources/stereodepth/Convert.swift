import ArgumentParser
import StereoDepth

/// `stereodepth convert`: a published checkpoint into our format.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A published checkpoint into our format, safetensors.",
    discussion: """
      EXAMPLE
        stereodepth convert pretrained_model_KITTI2015.tar psmnet.safetensors --method psmnet --set align-corners=true
          reads the PyTorch checkpoint, checks that it is a PSMNet, and writes it with its convention.

      --set licence=… and --set training-data=… are kept beside the conventions; `stereodepth inspect` shows them.
      """)

  @Argument(help: ArgumentHelp("The checkpoint: PyTorch, Caffe or safetensors.", valueName: "in"))
  var input: String

  @Argument(help: ArgumentHelp("The safetensors file to write.", valueName: "out"))
  var output: String

  @Option(help: "The method that the weights are of; checked against its tensors.")
  var method: String?

  @Option(
    name: .customLong("set"), help: ArgumentHelp("A convention of the checkpoint; repeatable.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("How elements are stored: F32, F16 or BF16.", valueName: "type"))
  var elementType = "F32"

  func validate() throws { _ = try settingsByKey(settings) }

  func run() throws {
    guard output.hasSuffix(".safetensors") else {
      throw Failure(.usage, "\(output): converting weights: expected a name that ends in .safetensors")
    }
    guard let type = ElementType(rawValue: elementType), [.float32, .float16, .bfloat16].contains(type) else {
      throw Failure(.usage, "--element-type: expected F32, F16 or BF16, found \(elementType)")
    }
    try refuseConflicts(outputs: [("the new file", output)], inputs: [("checkpoint", input)])
    let conversion = try WeightConversion(of: input, method: method, settings: settingsByKey(settings))
    try conversion.write(to: output, as: type)
    print("\(output): \(conversion.tensors.count) tensors of \(input)")
  }
}
