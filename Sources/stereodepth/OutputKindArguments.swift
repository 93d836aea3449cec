import ArgumentParser
import StereoDepth

/// One option for each kind of output: `--right-disparity FILE` for `rightDisparity`.
///
/// The options are those of ``OutputRegistry``, not properties written here, so that a new kind needs no line in the command
/// line: the argument parser finds options by reflection, which says what the registry has.
struct OutputKindArguments: ParsableArguments, CustomReflectable {
  /// The kinds that were named, with their paths.
  private(set) var paths: [(kind: OutputKind, path: String)] = []

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    for kind in OutputRegistry.all {
      let option = try values.decode(Option<String?>.self, forKey: Key(stringValue: kind.name))
      if let path = option.wrappedValue { paths.append((kind, path)) }
    }
  }

  var customMirror: Mirror {
    let options = OutputRegistry.all.map { kind -> (label: String?, value: Any) in
      (
        kind.name,
        Option<String?>(name: .customLong(kind.option), help: ArgumentHelp("\(kind.purpose)", valueName: "file"))
      )
    }
    return Mirror(self, children: options)
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
