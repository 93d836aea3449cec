import StereoCore

/// A key without what spellings differ in: case, `_`, `-`, `.` and blanks.
func plainKey(_ key: String) -> String { key.lowercased().filter { !"_-. ".contains($0) } }

/// Matrices in files whose keys people spell in many ways, at any level.
enum OpenCVMatrices {
  /// A matrix and its key as the file spells it.
  typealias Named = (key: String, node: TextTree)

  /// The matrix under the first of the keys (in their plain spelling) that a mapping of the text has.
  static func matrix(_ keys: [String], of text: CalibrationText) -> Named? {
    for mapping in text.mappings {
      for key in keys {
        if let member = mapping.node.members.first(where: { plainKey($0.key) == key && $0.value.isMatrix }) {
          return (member.key, member.value)
        }
      }
    }
    return nil
  }

  /// The matrices of both cameras: under keys of one mapping such as `P1` and `P2`, `P_left` and `P_right`, `left_P`.
  static func pair(_ names: [String], of text: CalibrationText) -> (left: Named, right: Named)? {
    let sides = [("1", "2"), ("left", "right"), ("l", "r"), ("0", "1")]
    for mapping in text.mappings {
      let members = mapping.node.members.filter(\.value.isMatrix)
      for name in names {
        for side in sides {
          func member(_ side: String) -> Named? {
            members.first { [name + side, side + name].contains(plainKey($0.key)) }.map { ($0.key, $0.value) }
          }
          if let left = member(side.0), let right = member(side.1) { return (left, right) }
        }
      }
    }
    return nil
  }

  /// The size of the images under the keys that people give it.
  static func imageSize(of text: CalibrationText) throws(FileError) -> PixelSize? {
    for mapping in text.mappings {
      func value(_ names: [String]) -> TextTree.Member? {
        mapping.node.members.first { names.contains(plainKey($0.key)) }
      }
      if let width = value(["width", "imagewidth"]), let height = value(["height", "imageheight"]) {
        return try text.size(
          text.numbers(width.key, width.value, count: 1)[0], text.numbers(height.key, height.value, count: 1)[0])
      }
      if let size = value(["imagesize", "size", "resolution"]), size.value.isMatrix {
        let extents = try text.numbers(size.key, size.value, count: 2)
        return try text.size(extents[0], extents[1])
      }
    }
    return nil
  }
}

extension TextTree {
  /// True for what may hold the numbers of a matrix; a single number may not.
  var isMatrix: Bool {
    switch self {
    case .scalar(let text): text.contains { $0.isWhitespace }
    case .sequence: true
    case .mapping: self["data"] != nil
    }
  }
}
