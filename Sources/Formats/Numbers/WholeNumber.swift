/// A whole number as people write it: `100000`, `100_000`, `1e5`, `100k`, `2M`, `1.5M`, `-3`; nil for anything else, for
/// what is not whole (`1.5`), and for what an `Int` cannot hold.
package func wholeNumber(_ text: String) -> Int? {
  if let number = Int(text) { return number }
  let exponents: [Character: String] = ["k": "e3", "K": "e3", "M": "e6", "G": "e9"]
  var digits = Substring(text)
  var exponent = ""
  if let last = digits.last, let found = exponents[last] {
    (digits, exponent) = (digits.dropLast(), found)
  }
  // An underscore stands between digits only.
  let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
  guard groups.count == 1 || groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy("0123456789".contains) }) else {
    return nil
  }
  let plain = groups.joined()
  let allowed = exponent.isEmpty ? "0123456789.eE+-" : "0123456789.+-"
  guard plain.allSatisfy(allowed.contains), let number = Double(plain + exponent) else { return nil }
  return Int(exactly: number)
}
