import FoundationEssentials
public import ImageFiles

/// One frame of a data set: its images and, in training sets, its truth.
public struct BenchmarkFrame: Sendable, Equatable {
  /// The frame's name, such as `000003_10` or `trainingQ/Piano`.
  public let name: String
  /// The left image, the reference.
  public let left: String
  /// The right image.
  public let right: String
  /// Focal length and baseline, and Middlebury's number of disparities; `nil` if the data set has none.
  public let calibration: String?
  /// The truth; `nil` in test sets.
  public let truth: TruthFiles?

  /// - Parameters:
  ///   - name: the frame's name.
  ///   - left: the left image.
  ///   - right: the right image.
  ///   - calibration: the calibration file.
  ///   - truth: the files of the truth.
  public init(name: String, left: String, right: String, calibration: String? = nil, truth: TruthFiles?) {
    self.name = name
    self.left = left
    self.right = right
    self.calibration = calibration
    self.truth = truth
  }

  /// The name as part of a file's name.
  public var fileName: String { String(name.map { $0 == "/" ? "_" : $0 }) }
}

/// Which part of a data set is walked, where it has several.
public enum DatasetSplit: String, CaseIterable, Sendable {
  /// The part with truth.
  case training
  /// The part whose truth only the server has.
  case testing
}

/// A folder of a data set, with the questions that walkers ask.
struct DatasetFolder {
  let path: String

  init(_ path: String) { self.path = path }

  /// The folder below.
  func folder(_ name: String) -> DatasetFolder { DatasetFolder(join(name)) }

  /// The first of the names that exists below this folder.
  func first(of names: [String]) -> String? {
    names.map(join).first { FileManager.default.fileExists(atPath: $0) }
  }

  var exists: Bool { isDirectory(path) }

  /// Names of everything directly below, sorted, hidden ones left out.
  var entries: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Names of folders directly below.
  var folders: [String] { entries.filter { isDirectory(join($0)) } }

  /// Paths of everything below, sorted, relative to this folder.
  var tree: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted() }

  func join(_ name: String) -> String { PathParts.join(path, name) }
}

/// Frames of a data set in its official layout.
public struct DatasetWalker: Sendable {
  /// The benchmark whose layout is expected.
  public let benchmark: BenchmarkName
  /// The data set's folder.
  public let root: String
  /// Which part.
  public var split = DatasetSplit.training
  /// KITTI 2012: only the colour images; otherwise the gray ones where they are there.
  public var colour = false
  /// Code units of one pixel in whole-number truth; `nil`: what the data set's layout tells.
  public var scale: Double?

  /// - Parameters:
  ///   - benchmark: the benchmark whose layout is expected.
  ///   - root: the data set's folder.
  public init(_ benchmark: BenchmarkName, root: String) {
    self.benchmark = benchmark
    self.root = root
  }

  /// The frames, in the order of their names.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if the folder is missing, or has no frame in the layout of
  ///   the benchmark; the message says what was looked for.
  public func frames() throws(FileError) -> [BenchmarkFrame] {
    guard isDirectory(root) else { throw unreadable(root, "there is no such directory") }
    let frames =
      switch benchmark {
      case .kitti2012, .kitti2015: try kittiFrames()
      case .middlebury: try middleburyFrames()
      case .eth3d: eth3dFrames()
      case .sceneflow: sceneFlowFrames()
      }
    guard !frames.isEmpty else { throw unreadable(root, "no frame found; \(layout)") }
    return frames
  }

  /// What is looked for, for messages.
  private var layout: String {
    switch benchmark {
    case .kitti2012 where colour: "looked for \(split.rawValue)/colored_0/*_10.png and colored_1"
    case .kitti2012: "looked for \(split.rawValue)/image_0|colored_0/*_10.png and image_1|colored_1"
    case .kitti2015: "looked for \(split.rawValue)/image_2/*_10.png and image_3"
    case .middlebury: "looked for folders with im0 and im1, view1 and view5, im2 and im6, or left and right"
    case .eth3d: "looked for two_view_training/SCENE/im0.png and im1.png"
    case .sceneflow: "looked for frames_cleanpass/…/left/*.png and right, or folders with left.png and right.png"
    }
  }

  func unreadable(_ path: String, _ reason: String) -> FileError {
    .unreadable(path: path, operation: "walking \(benchmark.title)", reason: reason)
  }
}
