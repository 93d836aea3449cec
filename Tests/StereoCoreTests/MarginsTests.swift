import StereoCore
import Testing

@Suite struct MarginsTests {
  @Test func reachesAddUp() {
    let two: Reach = 2
    #expect(two + 3 == .pixels(5))
    #expect(two + .settles(in: 48) == .settles(in: 50))
    #expect(Reach.settles(in: 8) + .settles(in: 16) == .settles(in: 24))
    #expect(two + .global == .global && Reach.global + .settles(in: 1) == .global)
  }

  @Test func marginsAddUpSideBySide() {
    let sum = Margins(left: 1, top: 2, right: .global, bottom: 4) + Margins(columns: .settles(in: 5), rows: 6)
    #expect(sum == Margins(left: .settles(in: 6), top: 8, right: .global, bottom: 10))
    #expect(Margins(horizontal: 3, vertical: 1) + .none == Margins(left: 3, top: 1, right: 3, bottom: 1))
  }

  /// The right pixels of x are x − d.
  @Test func partnersLieToTheLeftOfPositiveDisparities() {
    #expect(Margins(searching: DisparityRange(0..<64)) == Margins(left: 63, top: 0, right: 0, bottom: 0))
    #expect(Margins(searching: DisparityRange(-4..<9)) == Margins(left: 8, top: 0, right: 4, bottom: 0))
    #expect(Margins(searching: DisparityRange(-9 ..< -4)) == Margins(left: 0, top: 0, right: 9, bottom: 0))
  }
}
