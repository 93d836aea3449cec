import ImageFiles
import StereoCore
import Tensors
import Testing

/// A disparity map of these values.
func disparityMap(width: Int, height: Int, _ values: [Float]) -> DisparityMap {
  DisparityMap(
    disparities: Plane(width: width, height: height, samples: values),
    validity: Plane(width: width, height: height, repeating: []), range: DisparityRange(0..<192))
}

/// True if both have the same numbers and NaN at the same places.
func same(_ first: [Float], _ second: [Float]) -> Bool {
  first.count == second.count && zip(first, second).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}

@Suite struct DisparityFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: ["png", "pfm", "npy"]) func multiplesOfA256thComeBack(suffix: String) throws {
    let values: [Float] = [1, 2.5, .nan, 0.00390625, 255.99609375, 100.25]
    let path = directory.path + "/d.\(suffix)"
    let report = try writeDisparity(disparityMap(width: 3, height: 2, values), to: path)
    #expect(report.pixelCount == 6 && report.validCount == 5 && report.lostCount == 0 && report.warning == nil)
    let map = try readDisparity(path)
    #expect(map.width == 3 && map.height == 2)
    #expect(same(map.disparities.samples, values))
    #expect(map.range == DisparityRange(0..<256))
    #expect(directory.names == ["d.\(suffix)"])
  }

  @Test func kittiCodesAreTheDevkits() throws {
    let path = directory.path + "/d.png"
    // 0 is valid and becomes code 1; 1.999 · 256 = 511.7 is truncated; infinity is no disparity and no loss.
    let values: [Float] = [0, 1.999, 255.999, 256, 1000, -0.5, -3, .infinity]
    let report = try writeDisparity(disparityMap(width: 8, height: 1, values), to: path)
    #expect(report.aboveGreatestCount == 2 && report.belowLeastCount == 2 && report.validCount == 3)
    #expect(report.warning?.contains("4 of 8") == true)
    let codes = try readDisparity(path).disparities.samples.map { $0 * 256 }
    #expect(same(codes, [1, 511, 65535, .nan, .nan, .nan, .nan, .nan]))
  }

  @Test func realsKeepNegativeAndGreatDisparities() throws {
    let values: [Float] = [-12.25, 0, 300.5, .nan]
    for suffix in ["pfm", "npy"] {
      let path = directory.path + "/d.\(suffix)"
      #expect(try writeDisparity(disparityMap(width: 2, height: 2, values), to: path).lostCount == 0)
      let map = try readDisparity(path)
      #expect(same(map.disparities.samples, values))
      #expect(map.range == DisparityRange(-13..<301))
    }
  }

  @Test func noneIsInfiniteInPFMAndNaNInNPY() throws {
    let map = disparityMap(width: 1, height: 1, [.nan])
    try writeDisparity(map, to: directory.path + "/d.pfm")
    #expect(try bytes(of: directory.path + "/d.pfm") == Array("Pf\n1 1\n-1.0\n".utf8) + [0, 0, 0x80, 0x7F])
    try writeDisparity(map, to: directory.path + "/d.npy")
    let npy = try bytes(of: directory.path + "/d.npy")
    #expect(npy.count == 132 && npy.suffix(4) == [0, 0, 0xC0, 0x7F])
  }

  @Test func depthIsMillimetresOrMetres() throws {
    let depths: [Float] = [1.2345, 65.535, 65.536, 0.0004, .nan, 0.0006]
    let map = DepthMap(depths: Plane(width: 6, height: 1, samples: depths))
    let report = try writeDepth(map, to: directory.path + "/z.png")
    #expect(report.aboveGreatestCount == 1 && report.belowLeastCount == 1 && report.validCount == 3)
    let codes = try readDisparity(directory.path + "/z.png").disparities.samples.map { $0 * 256 }
    #expect(same(codes, [1235, 65535, .nan, .nan, .nan, 1]))
    try writeDepth(map, to: directory.path + "/z.pfm")
    #expect(try bytes(of: directory.path + "/z.pfm")[28..<32] == [0, 0, 0xC0, 0x7F])
    #expect(same(try readDisparity(directory.path + "/z.pfm").disparities.samples, depths))
  }

  @Test func confidenceIsScaled() throws {
    let map = ConfidenceMap(values: Plane(width: 4, height: 1, samples: [0, 1, 0.5, 0.000001]))
    let report = try writeConfidence(map, to: directory.path + "/c.png")
    #expect(report.validCount == 4 && report.warning == nil)
    let image = try readImage(directory.path + "/c.png")
    #expect(image.bytes.samples == [0, 0, 255, 255, 0, 128, 0, 0])
  }

  @Test func validityIsItsBits() throws {
    var map = disparityMap(width: 3, height: 1, [1, 2, 3])
    map.validity[0, 1] = [.occlusion, .filled]
    map.validity[0, 2] = .rangeBorder
    try writeValidity(map, to: directory.path + "/v.png")
    #expect(try readImage(directory.path + "/v.png").bytes.samples == [0, 65, 32])
  }

  @Test func groundTruthHasADivisor() throws {
    let path = try directory.file("t.pgm", Array("P5 3 1 255\n".utf8) + [0, 8, 255])
    #expect(same(try readDisparity(path, divisor: 4).disparities.samples, [.nan, 2, 63.75]))
    #expect(same(try readDisparity(path).disparities.samples, [.nan, 8, 255]))
  }

  @Test func otherNamesAreRefused() throws {
    let map = disparityMap(width: 1, height: 1, [1])
    for name in ["d.jpg", "d", "d.tiff", ".png"] {
      let error = fileError { () throws(FileError) in try writeDisparity(map, to: directory.path + "/" + name) }
      #expect(error?.isUnwritable == true)
      #expect(error?.description.contains(".png, .pfm, .npy") == true)
    }
    #expect(directory.names.isEmpty)
  }

  @Test func absurdDisparitiesAreRefused() throws {
    for values: [Float] in [[2e6, 0], [-3e6, 0], [-9000, 9000]] {
      let path = directory.path + "/d.pfm"
      try writeDisparity(disparityMap(width: 2, height: 1, values), to: path)
      #expect(fileError { () throws(FileError) in _ = try readDisparity(path) }?.isInvalid == true)
    }
  }
}
