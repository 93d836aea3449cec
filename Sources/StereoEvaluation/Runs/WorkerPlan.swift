import FoundationEssentials
public import StereoCore

/// How many frames are matched at the same time, and with how many threads each.
///
/// Frames beside one another keep all cores busy where one frame cannot (reading, scoring, serial stages), but each needs
/// its own memory. Half of the memory that is free now may be planned; the rest is for pictures and for others.
public struct WorkerPlan: Sendable, Equatable {
  /// Frames at the same time, at least 1.
  public let workers: Int
  /// Threads of each, at least 1.
  public let threadsEach: Int

  /// - Parameters:
  ///   - threads: threads in all.
  ///   - frames: frames to run.
  ///   - plan: what one frame needs.
  ///   - freeBytes: memory that is free; `nil`: asked of the system.
  ///   - asked: frames at the same time as the user wants them; `nil`: as many as threads and memory allow.
  public init(threads: Int, frames: Int, plan: RunPlan, freeBytes: Int? = nil, asked: Int? = nil) {
    let fitting = max(1, (freeBytes ?? Self.freeBytes()) / 2 / max(plan.peakBytes, 1))
    workers = max(1, min(asked ?? min(threads, fitting), frames))
    threadsEach = max(1, threads / workers)
  }

  /// Memory that is free now (`MemAvailable`), bytes; 1 GiB where the system does not tell.
  static func freeBytes() -> Int {
    let fallback = 1 << 30
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return fallback }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      if let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) { return kibibytes * 1024 }
    }
    return fallback
  }
}
