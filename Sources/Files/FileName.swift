/// Names of files as text, and back.
///
/// A system's file name is any bytes but 0 and `/`; a `String` holds Unicode only. A byte that is no UTF-8 becomes the private
/// character U+10FF00 + byte, which turns into that byte again when the system is called: what is named oddly can be read, and
/// written under its own name. The idea is PEP 383's, "surrogateescape", with characters that a `String` can hold.
public enum FileName {
  /// Characters that stand for bytes 0x80 … 0xFF.
  private static let escapes: ClosedRange<UInt32> = 0x10_FF80...0x10_FFFF

  /// The text of a path's bytes, without a terminating 0.
  public static func text(of bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
      return text
    }
    var text = String.UnicodeScalarView()
    var position = 0
    while position < bytes.count {
      if let scalar = character(of: bytes, at: position), !isEscape(scalar) {
        text.append(scalar)
        position += UTF8.width(scalar)
      } else {
        // No byte below 0x80 comes here: each of them is a character of its own.
        text.append(Unicode.Scalar(0x10_FF00 + UInt32(bytes[position])) ?? "?")
        position += 1
      }
    }
    return String(text)
  }

  /// The bytes of a path as the system takes them, with a terminating 0.
  package static func bytes(of path: String) -> [CChar] {
    var bytes: [CChar] = []
    bytes.reserveCapacity(path.utf8.count + 1)
    for scalar in path.unicodeScalars {
      if let byte = escapedByte(scalar) {
        bytes.append(CChar(bitPattern: byte))
      } else {
        bytes += UTF8.encode(scalar)?.map { CChar(bitPattern: $0) } ?? []
      }
    }
    return bytes + [0]
  }

  /// The byte that a character stands for; `nil` for an ordinary one.
  static func escapedByte(_ scalar: Unicode.Scalar) -> UInt8? {
    isEscape(scalar) ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  private static func isEscape(_ scalar: Unicode.Scalar) -> Bool { escapes.contains(scalar.value) }

  /// The character that begins at `position`; `nil` if the bytes there are none.
  private static func character(of bytes: [UInt8], at position: Int) -> Unicode.Scalar? {
    for width in 1...4 where position + width <= bytes.count {
      if let text = String(validating: bytes[position..<position + width], as: UTF8.self) {
        return text.unicodeScalars.first
      }
    }
    return nil
  }
}

extension UTF8 {
  /// Number of bytes of a character.
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { encode(scalar)?.count ?? 1 }
}

/// The extension of a path, lower case without the dot; empty where there is none.
package func fileExtension(_ path: String) -> String {
  let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
  return name[name.index(after: dot)...].lowercased()
}
