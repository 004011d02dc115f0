import Formats

/// A piece of a page. Texts that are put into one are escaped, always: only what is HTML already goes in as it is.
///
///     let cell: HTML = "<td>\(name)</td>"
struct HTML: Sendable, ExpressibleByStringInterpolation {
  private(set) var text: String

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
    mutating func appendInterpolation(_ string: String) { text += string.escapedForXML }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    /// Several pieces, one behind the other.
    mutating func appendInterpolation(_ all: [HTML]) { for html in all { text += html.text } }
  }

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  /// What is HTML already.
  init(verbatim text: String) { self.text = text }

  /// The name of a metric or setting, which a narrow column breaks where its parts end.
  static func name(_ text: String) -> HTML {
    HTML(verbatim: text.escapedForXML.replacing("/", with: "/<wbr>").replacing("_", with: "_<wbr>"))
  }

  /// A text with its line breaks, for `<pre>`.
  static func lines(_ text: String) -> HTML {
    HTML(
      verbatim: text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedForXML }.joined(
        separator: "\n"))
  }
}

/// Names, numbers and times as cells show them.
enum Shown {
  static func number(_ value: Double) -> String {
    if !value.isFinite { return shortest(value) }
    if value == value.rounded(), abs(value) < 1e15 { return grouped(Int(value)) }
    let size = abs(value)
    if size >= 1e-3, size < 1e6 { return rounded(value) }
    return scientific(value)
  }

  /// Four digits that count.
  private static func rounded(_ value: Double) -> String {
    let size = abs(value)
    let digits =
      size >= 1_000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : size >= 1 ? 4 : size >= 0.1 ? 4 : size >= 0.01 ? 5 : 6
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return shortest((value * scale).rounded() / scale)
  }

  private static func scientific(_ value: Double) -> String {
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\(shortest((mantissa * 1_000).rounded() / 1_000))e\(exponent)"
  }

  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
  }

  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return shortest(seconds) }
    let whole = Int(seconds)
    if whole < 60 { return seconds < 10 ? "\(shortest((seconds * 10).rounded() / 10)) s" : "\(whole) s" }
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
    return whole < 86_400
      ? "\(whole / 3_600) h \(whole % 3_600 / 60) min" : "\(whole / 86_400) d \(whole % 86_400 / 3_600) h"
  }

  static func size(_ bytes: Int) -> String {
    if bytes < 1_000 { return "\(bytes) B" }
    let units = ["kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(bytes) / 1_000, 0)
    while value >= 1_000, unit < units.count - 1 { (value, unit) = (value / 1_000, unit + 1) }
    return "\(shortest((value * 10).rounded() / 10)) \(units[unit])"
  }
}
