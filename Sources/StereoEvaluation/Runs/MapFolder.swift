public import ImageFiles

/// Maps of disparities that somebody else made, one for each frame of a data set.
public struct MapFolder: Sendable {
  /// The map of every frame, in the order of the frames.
  let paths: [String]

  /// Finds the maps: by the frame's name (`000003_10`), its name as a file (`trainingQ_Piano`), or its last part (`Piano`); in
  /// the folder itself, or in a folder for each scene.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if there is no such folder, or a frame has no map in it.
  public init(_ folder: String, for frames: [BenchmarkFrame]) throws(FileError) {
    let files = try FrameFolder(folder, preferring: FrameFolder.disparityNames).files()
    let found = frames.map { frame in
      [frame.name, frame.fileName, PathParts(frame.name).name].lazy.compactMap { files[$0] }.first
    }
    let missing = zip(frames, found).filter { $0.1 == nil }.map(\.0.name)
    guard missing.isEmpty else {
      throw .unreadable(path: folder, operation: "comparing maps", reason: "no map for \(listed(missing))")
    }
    paths = found.compactMap { $0 }
  }
}
