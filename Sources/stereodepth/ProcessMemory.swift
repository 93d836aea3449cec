import Glibc

/// The memory of this process.
enum ProcessMemory {
  /// Greatest resident size so far, bytes; 0 where the system does not tell.
  static func peakBytes() -> Int {
    // `getrusage` also counts the program that started this one, from before its image was replaced.
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(line) }
    while getline(&line, &room, file) > 0 {
      guard let text = line.map({ String(cString: $0) }), text.hasPrefix("VmHWM:") else { continue }
      return (text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
    return 0
  }
}
