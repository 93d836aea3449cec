import ArgumentParser

/// What `--set KEY=VALUE …` says, by key; the last one counts.
///
/// - Throws: a validation error that names an argument without key or `=`.
func settingsByKey(_ arguments: [String]) throws -> [String: String] {
  var settings: [String: String] = [:]
  for argument in arguments {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValidationError("--set: expected KEY=VALUE, found \(argument)")
    }
    settings[String(parts[0])] = String(parts[1])
  }
  return settings
}
