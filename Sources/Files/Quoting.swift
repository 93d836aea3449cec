/// Text of a file as messages show it: in quotation marks, printable, not endless.
///
/// - Parameter limit: the most characters that are shown.
package func quoted(_ text: some StringProtocol, limit: Int = 80) -> String {
  let scalars = text.unicodeScalars
  let shown = String(String.UnicodeScalarView(scalars.prefix(limit)))
  return "“\(printable(shown))\(scalars.dropFirst(limit).isEmpty ? "" : "…")”"
}

/// Text that can go to a terminal: what would move its cursor, change its colours or turn the direction of the line is shown
/// as an escape (`\n`, `\u{1B}`), and the odd bytes of a ``FileName`` as `\xFF`.
///
/// - Parameter limit: the most characters that are shown: the beginning and the end, as a path's name is at its end; `nil`
///   for all.
public func printable(_ text: String, limit: Int? = nil) -> String {
  let scalars = text.unicodeScalars
  guard let limit, !scalars.dropFirst(limit).isEmpty else { return escaped(scalars) }
  let head = limit / 2
  return escaped(scalars.prefix(head)) + "…" + escaped(scalars.suffix(limit - head - 1))
}

/// A path as messages show it: printable, and at most ``longestShownPath`` characters of it.
package func printablePath(_ path: String) -> String { printable(path, limit: longestShownPath) }

/// The most characters of a path in a message: long enough for every honest one, and about a line.
package let longestShownPath = 160

private func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var result = ""
  for scalar in scalars {
    if let byte = FileName.escapedByte(scalar) {
      result += "\\x" + String(byte, radix: 16, uppercase: true)
    } else if isHarmless(scalar) {
      result.unicodeScalars.append(scalar)
    } else {
      result += scalar.escaped(asASCII: true)
    }
  }
  return result
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
  return switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
  default: true
  }
}
