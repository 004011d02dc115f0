extension Column {
  /// A value as it is shown: numbers with the fewest digits that tell them apart, dates as ISO 8601; nil where it is missing.
  /// Traps where there is no such row.
  package func text(at row: Int) -> String? {
    switch self {
    case .numbers(let values): values[row].isNaN ? nil : values[row].plain
    case .dates(let values): values[row].isNaN ? nil : isoDate(values[row])
    case .categories(let words), .texts(let words): words[row]
    case .missing, .leftOut: nil
    }
  }
}

/// `2024-03-09`, or with a time of day `2024-03-09T10:30:00Z`, of seconds since 1970.
package func isoDate(_ seconds: Double) -> String {
  guard abs(seconds) < 1e12 else { return "\(seconds)" }
  let day = (seconds / 86_400).rounded(.down)
  let micros = Int(((seconds - day * 86_400) * 1e6).rounded())
  if micros == 0 { return isoDay(seconds) }
  func padded(_ number: Int, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
  }
  let (whole, rest) = (micros / 1_000_000, micros % 1_000_000)
  var text = "\(isoDay(seconds))T\(padded(whole / 3600, 2)):\(padded(whole / 60 % 60, 2)):\(padded(whole % 60, 2))"
  if rest > 0 {
    var digits = padded(rest, 6)
    while digits.hasSuffix("0") { digits.removeLast() }
    text += "." + digits
  }
  return text + "Z"
}
