/// Arguments in which a number that begins with a minus is joined to the option before it: `--stop-reward -200` becomes
/// `--stop-reward=-200`.
///
/// ArgumentParser takes what begins with a dash for an option, and says that the value is missing. No option here has a
/// number's name. What comes after `--` stays as it is.
func joiningNegativeNumbers(_ arguments: [String]) -> [String] {
  var joined: [String] = []
  for (place, argument) in arguments.enumerated() {
    if argument == "--" { return joined + arguments[place...] }
    if let option = joined.last, option.isOptionWithoutValue, argument.isNegativeNumber {
      joined[joined.count - 1] = option + "=" + argument
    } else {
      joined.append(argument)
    }
  }
  return joined
}

extension String {
  fileprivate var isOptionWithoutValue: Bool {
    guard hasPrefix("-"), !contains("="), let name = drop(while: { $0 == "-" }).first else { return false }
    return name.isLetter && (hasPrefix("--") || count == 2)
  }

  /// `-200`, `-.5`, `-1e5`, `-100k`, `-inf`.
  fileprivate var isNegativeNumber: Bool {
    guard hasPrefix("-"), let second = dropFirst().first else { return false }
    return second.isNumber || second == "." || ["-inf", "-infinity", "-nan"].contains(lowercased())
  }
}
