import FoundationEssentials
import ImageFiles

/// A directory of maps, one for each frame: files beside one another, or a folder for each scene.
struct FrameFolder {
  /// Names that disparities of the left image have in folders of scenes, best first.
  static let disparityNames = ["disp0GT", "disp0", "disp_left", "disparity", "disp1", "disp2"]
  /// Names that masks have in folders of scenes, best first.
  static let maskNames = ["mask0nocc", "mask_nonocc", "nonocc"]

  let path: String
  let preferred: [String]

  init(_ path: String, preferring preferred: [String]) {
    self.path = path
    self.preferred = preferred
  }

  /// Every frame's file by the frame's name.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if there is no such directory, or no map in it.
  func files() throws(FileError) -> [String: String] {
    let entries: [String]
    do {
      entries = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    } catch {
      throw .unreadable(
        path: path, operation: "listing frames", reason: "there is no such directory, or it is not readable")
    }
    let maps = entries.filter { entry in
      let name = entry.split(separator: "/").last ?? ""
      return !name.hasPrefix(".") && DisparityFiles.endings.contains(PathParts(entry).ending)
    }
    guard !maps.isEmpty else {
      throw .unreadable(
        path: path, operation: "listing frames", reason: "the directory has no maps (.png, .pfm, .npy, .pgm)")
    }
    let flat = maps.filter { !$0.contains("/") }
    let chosen = flat.isEmpty ? scenes(maps) : byStem(flat)
    return chosen.mapValues { PathParts.join(path, $0) }
  }

  /// Names without ending; of several endings the one that loses least.
  private func byStem(_ maps: [String]) -> [String: String] {
    var chosen: [String: String] = [:]
    let order = ["npy": 0, "npz": 1, "pfm": 2, "tif": 3, "tiff": 3, "flo": 4, "png": 5, "pgm": 6]
    for map in maps.sorted(by: { rank($0, order) < rank($1, order) }) {
      let stem = PathParts(map).withoutEnding
      if chosen[stem] == nil { chosen[stem] = map }
    }
    return chosen
  }

  private func rank(_ map: String, _ order: [String: Int]) -> Int {
    order[PathParts(map).ending] ?? order.count
  }

  /// One map a folder, the folder is the name; folders with several maps and no preferred one keep full names.
  private func scenes(_ maps: [String]) -> [String: String] {
    var chosen: [String: String] = [:]
    for (folder, files) in Dictionary(grouping: maps, by: { PathParts($0).folder }) {
      if let best = best(of: files) {
        chosen[folder] = best
      } else {
        chosen.merge(byStem(files)) { first, _ in first }
      }
    }
    return chosen
  }

  private func best(of files: [String]) -> String? {
    func stem(_ file: String) -> String { PathParts(file).stem }
    for name in preferred {
      if let file = files.first(where: { stem($0) == name }) { return file }
    }
    if files.count == 1 { return files[0] }
    // Results of Middlebury's server are called disp0METHOD.pfm.
    let results = files.filter { stem($0).hasPrefix("disp0") }
    return results.count == 1 ? results[0] : nil
  }
}
