/// The few names of Python that make the tensors of a checkpoint, and all others: those are carried as they are called, never looked
/// up, never run. What only an attack needs is refused by its name, so that nobody takes such a file for a good one.
enum PickleGlobal {
  case orderedDictionary
  /// `dict` and `defaultdict`: an empty dictionary, whatever it is called with.
  case dictionary
  /// `_rebuild_tensor(storage, offset, size, stride)` and its successor with more, unneeded, arguments.
  case rebuildTensor
  /// `_rebuild_parameter(tensor, …)`, and with the state of its object.
  case rebuildParameter
  /// `_rebuild_from_type_v2(function, type, arguments, state)`: a tensor of a class of its own.
  case rebuildFromType
  /// `_load_from_bytes(bytes)`: a storage inside a plain pickle.
  case loadFromBytes
  case storageType(ElementType)
  /// Anything else; its results are not looked into.
  case opaque(String)

  /// Elements of the storage classes, after `torch.` or `torch.cuda.`.
  private static let storageTypes: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .boolean,
  ]

  /// Modules through which a pickle runs programs, opens files or reaches the network.
  private static let refusedModules: Set<String> = [
    "os", "posix", "nt", "ntpath", "posixpath", "sys", "subprocess", "commands", "pty", "shutil", "socket", "asyncio",
    "multiprocessing", "threading", "ctypes", "importlib", "imp", "pkgutil", "runpy", "code", "codeop", "inspect",
    "pdb",
    "bdb", "timeit", "trace", "cProfile", "profile", "doctest", "webbrowser", "urllib", "http", "requests", "ftplib",
    "smtplib", "tempfile", "pickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "pip",
    "ensurepip",
    "venv", "idlelib", "signal", "gc", "atexit", "site", "operator", "_operator",
  ]

  /// Names in harmless modules that do the same.
  private static let refusedNames: Set<String> = [
    "eval", "exec", "execfile", "compile", "open", "input", "getattr", "setattr", "delattr", "globals", "locals",
    "vars",
    "apply", "breakpoint", "__import__", "__builtins__",
  ].reduce(
    into: [
      "torch.load", "torch.save", "torch.hub.load", "torch.jit.load", "torch.serialization.load", "numpy.load",
      "numpy.loadtxt", "types.CodeType", "types.FunctionType", "functools.partial", "functools.reduce", "io.open",
      "_io.open", "_io.FileIO", "io.FileIO", "builtins.map", "__builtin__.map",
    ]
  ) { names, name in names.formUnion(["builtins." + name, "__builtin__." + name]) }

  /// The global of that dotted name; `nil` if it is one that only an attack needs.
  init?(_ name: String) {
    switch name {
    case "collections.OrderedDict": self = .orderedDictionary
    case "collections.defaultdict", "builtins.dict", "__builtin__.dict": self = .dictionary
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2": self = .rebuildTensor
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state": self = .rebuildParameter
    case "torch._tensor._rebuild_from_type_v2": self = .rebuildFromType
    case "torch.storage._load_from_bytes": self = .loadFromBytes
    default:
      for prefix in ["torch.cuda.", "torch."] where name.hasPrefix(prefix) {
        if let type = Self.storageTypes[String(name.dropFirst(prefix.count))] {
          self = .storageType(type)
          return
        }
      }
      let module = name.prefix { $0 != "." }
      if Self.refusedModules.contains(String(module)) || Self.refusedNames.contains(name) { return nil }
      self = .opaque(name)
    }
  }

  /// Its name, for messages.
  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .dictionary: "dict"
    case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .rebuildFromType: "torch._tensor._rebuild_from_type_v2"
    case .loadFromBytes: "torch.storage._load_from_bytes"
    case .storageType(let type): "the storage of \(type.rawValue)"
    case .opaque(let name): name
    }
  }
}
