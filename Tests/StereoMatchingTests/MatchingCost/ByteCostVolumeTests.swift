import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct ByteCostVolumeTests {
  @Test func theStepHoldsCostsAndPenalties() {
    // 254 steps for a cosine; P2 = 32258 asks for steps of 2.
    let fine = CostQuantisation(bounds: -1...1, greatestPenalty: 1)
    #expect(CostQuantisation(bounds: -1...1, greatestPenalty: 55.72) == fine)
    #expect(abs(fine.step - 2 / 254) < 1e-7)
    #expect(CostQuantisation(bounds: 0...1, greatestPenalty: 32258).step == 2)
  }

  @Test(arguments: InstructionSet.available) func costsAreRoundedToTheNearestStep(instructionSet: InstructionSet) {
    for (width, height, range) in awkwardCases {
      let costs = noiseVolume(width: width, height: height, range, seed: 5, upTo: 3)
      let quantisation = CostQuantisation(bounds: 0...3, greatestPenalty: 1)
      let bytes = ByteCostVolume(costs, quantisation, in: ComputeContext(instructionSet: instructionSet))
      for y in 0..<height {
        for x in 0..<width {
          for k in 0..<bytes.cells.depth {
            let byte = bytes.cells[y, x, k]
            guard k < range.count, !costs.costs[y, x, k].isNaN else {
              #expect(byte == ByteCosts.noCost)
              continue
            }
            let back = quantisation.offset + quantisation.step * Float(byte)
            #expect(byte != ByteCosts.noCost && abs(back - costs.costs[y, x, k]) <= 0.501 * quantisation.step)
          }
        }
      }
    }
  }

  @Test func costsBeyondTheBoundsAreCutOff() {
    let bytes = ByteCostVolume(
      volume(width: 1, height: 1, 0..<3, [-7, 9, 0.5]), CostQuantisation(bounds: 0...1, greatestPenalty: 0),
      in: context)
    #expect((0..<3).map { bytes.cells[0, 0, $0] } == [0, 254, 127])
  }

  @Test(arguments: [1, 3]) func theRightReferenceIsThatOfTheFloats(threads: Int) {
    for (width, height, range) in awkwardCases {
      let quantisation = CostQuantisation(bounds: 0...10, greatestPenalty: 1)
      let costs = noiseVolume(width: width, height: height, range, seed: 6)
      var bytes = ByteCostVolume(costs, quantisation, in: context)
      bytes.referenceRight(in: context(threads: threads))
      #expect(bytes.reference == .right)
      let right = costs.rightReferenced()
      for y in 0..<height {
        for x in 0..<width {
          for k in 0..<bytes.cells.depth {
            let cost = k < range.count ? right.costs[y, x, k] : .nan
            let expected = cost.isNaN ? ByteCosts.noCost : UInt8((cost / quantisation.step).rounded())
            let difference = abs(Int(bytes.cells[y, x, k]) - Int(expected))
            #expect(difference <= (cost.isNaN ? 0 : 1), "\(width)×\(height), \(range)")
          }
        }
      }
    }
  }
}
