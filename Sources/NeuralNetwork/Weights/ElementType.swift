/// How one element of a stored tensor is written, little-endian. The raw value is the name in a safetensors header.
public enum ElementType: String, CaseIterable, Sendable {
  /// IEEE 754 binary64.
  case float64 = "F64"
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32.
  case bfloat16 = "BF16"
  /// Two's complement, 64 bits.
  case int64 = "I64"
  /// Two's complement, 32 bits.
  case int32 = "I32"
  /// Two's complement, 16 bits.
  case int16 = "I16"
  /// Two's complement, 8 bits.
  case int8 = "I8"
  /// Unsigned, 64 bits.
  case uint64 = "U64"
  /// Unsigned, 32 bits.
  case uint32 = "U32"
  /// Unsigned, 16 bits.
  case uint16 = "U16"
  /// Unsigned, 8 bits.
  case uint8 = "U8"
  /// One byte, 0 or 1.
  case boolean = "BOOL"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .boolean: 1
    }
  }
}

/// The value of an IEEE 754 binary16, exactly.
///
/// Sign, 5 bits of exponent e, 10 of fraction f: 2^(e−15) · (1 + f/1024); subnormal (e = 0) 2^−24 · f; e = 31 is infinity or
/// not a number. Written out because `Float16` has no hardware behind it on every processor that this runs on.
package func float(fromHalf bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10) & 0x1F
  let fraction = UInt32(bits & 0x3FF)
  switch exponent {
  case 0:
    let magnitude = Float(fraction) * 0x1p-24
    return Float(bitPattern: magnitude.bitPattern | sign)
  case 31:
    return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default:
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}

/// The binary16 nearest to `value`, ties to even; infinity from 65520 upwards.
package func half(nearestTo value: Float) -> UInt16 {
  let bits = value.bitPattern
  let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
  let magnitude = Float(bitPattern: bits & 0x7FFF_FFFF)
  if magnitude.isNaN { return sign | 0x7E00 }
  if magnitude >= 65520 { return sign | 0x7C00 }
  if magnitude < 0x1p-14 {
    return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
  }
  let exponent = Int(magnitude.exponent)
  let fraction = (magnitude.significand * 1024).rounded(.toNearestOrEven)
  return sign | UInt16(Int(fraction) - 1024 + (exponent + 15) << 10)
}
