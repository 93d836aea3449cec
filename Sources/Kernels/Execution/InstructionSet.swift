internal import CKernels
import Glibc

/// The vector instructions a kernel is compiled for.
///
/// Every kernel takes it as an argument, so that tests sweep all of them and benchmarks print the one they ran.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// 128-bit vectors that every processor has (SSE2, NEON).
  case portable
  /// AVX2 with fused multiply-add and half-precision conversion.
  case avx2
  /// AVX-512 F, BW, DQ, VL.
  case avx512

  /// The best one this machine runs. `STEREODEPTH_ISA=portable|avx2|avx512` in the environment asks for a lesser one.
  public static let best: InstructionSet = {
    let best = available.last ?? .portable
    guard let name = getenv("STEREODEPTH_ISA"), let asked = InstructionSet(rawValue: String(cString: name)) else {
      return best
    }
    return available.contains(asked) ? asked : best
  }()

  /// Those this machine runs, ascending.
  public static let available: [InstructionSet] = allCases.filter { sd_isa_available($0.code) != 0 }

  /// How the C kernels name it.
  internal var code: sd_isa {
    switch self {
    case .portable: SD_PORTABLE
    case .avx2: SD_AVX2
    case .avx512: SD_AVX512
    }
  }
}
