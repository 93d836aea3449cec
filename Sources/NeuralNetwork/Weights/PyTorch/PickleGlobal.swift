/// The few names of Python that a checkpoint of tensors refers to. Anything else is refused by its name; nothing is ever called.
enum PickleGlobal {
  case orderedDictionary
  /// `_rebuild_tensor(storage, offset, size, stride)` and its successor with more, unneeded, arguments.
  case rebuildTensor
  /// `_rebuild_parameter(tensor, …)`.
  case rebuildParameter
  case storageType(ElementType)
  /// Known and harmless, and not needed: its results are not looked into.
  case opaque(String)

  /// Elements of the storage classes, after `torch.` or `torch.cuda.`.
  private static let storageTypes: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .boolean,
  ]

  /// What training programs save beside the tensors: numbers of numpy, their command line.
  private static let opaqueNames: Set<String> = [
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype", "_codecs.encode", "torch.Size",
    "torch.device", "argparse.Namespace",
  ]

  /// The global of that dotted name; `nil` if it is not one of these.
  init?(_ name: String) {
    switch name {
    case "collections.OrderedDict": self = .orderedDictionary
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2": self = .rebuildTensor
    case "torch._utils._rebuild_parameter": self = .rebuildParameter
    default:
      if Self.opaqueNames.contains(name) {
        self = .opaque(name)
        return
      }
      for prefix in ["torch.cuda.", "torch."] where name.hasPrefix(prefix) {
        if let type = Self.storageTypes[String(name.dropFirst(prefix.count))] {
          self = .storageType(type)
          return
        }
      }
      return nil
    }
  }

  /// Its name, for messages.
  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .storageType(let type): "the storage of \(type.rawValue)"
    case .opaque(let name): name
    }
  }
}
