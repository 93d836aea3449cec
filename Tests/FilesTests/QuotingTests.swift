import Files
import Testing

@Suite struct QuotingTests {
  @Test func nothingMovesTheCursor() {
    #expect(printable("a\u{1B}[2Jb\r\n\t\u{7F}\u{9B}c") == "a\\u{1B}[2Jb\\r\\n\\t\\u{7F}\\u{009B}c")
    // Right-to-left override, zero width space, line separator, and a byte that is no UTF-8.
    #expect(printable("\u{202E}gnp\u{200B}\u{2028}") == "\\u{202E}gnp\\u{200B}\\u{2028}")
    #expect(printable(FileName.text(of: [0x61, 0xFF])) == "a\\xFF")
    #expect(printable("Straße 深度 \\ \" '") == "Straße 深度 \\ \" '")
  }

  @Test func longTextIsShortened() {
    #expect(printable("0123456789", limit: 10) == "0123456789")
    #expect(printable("0123456789a", limit: 10) == "01234…789a")
    #expect(quoted("abc", limit: 3) == "“abc”" && quoted("abcd", limit: 3) == "“abc…”")
    #expect(quoted("a\nb") == "“a\\nb”")
  }

  @Test func messagesAreOneShortLine() {
    let error = FileError.invalid(
      path: "/tmp/" + String(repeating: "n", count: 4000) + "\u{1B}[31m/left.png", operation: "reading an image",
      expected: "a picture", found: "“\u{7}”")
    #expect(error.description.hasSuffix("/left.png: reading an image: expected a picture, found “\\u{07}”"))
    #expect(error.description.count < 240 && !error.description.contains("\u{1B}"))
  }
}
