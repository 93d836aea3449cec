/// The colour map *Turbo*: dark blue, green, yellow, dark red; its brightness rises and falls smoothly.
///
/// Source: Mikhailov, *Turbo, an improved rainbow colormap for visualization*, Google AI blog, 2019, with the polynomials of
/// degree 5 that Du published for it. They are within 0.09 (red), 0.04 (green) and 0.13 (blue, near 0) of its table.
enum Turbo {
  /// A colour, 0 … 255.
  typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  /// Coefficients from the constant upwards.
  private static let red: [Float] = [
    0.135_721_38, 4.615_392_60, -42.660_322_58, 132.131_082_34, -152.942_393_96, 59.286_379_43,
  ]
  private static let green: [Float] = [
    0.091_402_61, 2.194_188_39, 4.842_966_58, -14.185_033_33, 4.277_298_57, 2.829_566_04,
  ]
  private static let blue: [Float] = [
    0.106_673_30, 12.641_946_08, -60.582_048_36, 110.362_767_71, -89.903_109_12, 27.348_249_73,
  ]

  /// 256 colours for 0 … 1.
  static let table: [Colour] = (0..<256).map { index in
    let place = Float(index) / 255
    func channel(_ coefficients: [Float]) -> UInt8 {
      let value = coefficients.reversed().reduce(0) { $0 * place + $1 }
      return UInt8((min(max(value, 0), 1) * 255).rounded())
    }
    return (channel(red), channel(green), channel(blue))
  }

  /// The colour of a pixel without a value: a gray, as the map's own dark end would look like the least value.
  static let none: Colour = (128, 128, 128)

  /// The colour of `value` between `least` and `greatest`; values beyond take the colour of the end, NaN that of ``none``.
  static func colour(of value: Float, least: Float, greatest: Float) -> Colour {
    guard value.isFinite else { return none }
    let place = greatest > least ? (value - least) / (greatest - least) : 0
    return table[Int((min(max(place, 0), 1) * 255).rounded())]
  }
}
