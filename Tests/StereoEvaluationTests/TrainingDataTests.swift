import StereoEvaluation
import Testing

@Suite struct TrainingDataTests {
  static let frames = ["000000_10", "000119_10", "000120_10", "000199_10"]

  @Test func framesOfKITTIAreRead() {
    let data = TrainingData(saying: "KITTI 2012 stereo, frames 000000-000119")
    #expect(data.seen(of: Self.frames, in: .kitti2012) == ["000000_10", "000119_10"])
    #expect(data.seen(of: Self.frames, in: .kitti2015).isEmpty)
    let both = TrainingData(saying: "KITTI 2015 stereo 100–199, KITTI 2012 stereo")
    #expect(both.seen(of: Self.frames, in: .kitti2015) == ["000119_10", "000120_10", "000199_10"])
    #expect(both.seen(of: Self.frames, in: .kitti2012) == Self.frames)
  }

  @Test func scenesOfMiddleburyAreRead() {
    let scenes = ["Aloe", "trainingQ/Teddy", "Piano", "third/Cloth3", "Motorcycle", "Bowling1"]
    let named = TrainingData(saying: "Middlebury stereo 2001, 2003, 2005, 2006 without cones, Bowling1, Cloth3")
    #expect(named.seen(of: scenes, in: .middlebury) == ["Aloe", "trainingQ/Teddy"])
    #expect(TrainingData(saying: "Middlebury training scenes").seen(of: scenes, in: .middlebury) == ["Aloe"])
    #expect(TrainingData(saying: "").seen(of: scenes, in: .middlebury).isEmpty)
  }
}
