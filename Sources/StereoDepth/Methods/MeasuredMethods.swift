// Written by Tests/Peers/measure_methods.py; run it again instead of changing a number.

extension MethodMeasurement {
  /// Every measurement, by method, preset and data set.
  public static let all: [MethodMeasurement] = []
}
