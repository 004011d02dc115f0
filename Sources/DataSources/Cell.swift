import Datasets
import Formats

/// A value of a source whose values have types.
package enum Cell: Hashable, Sendable {
  case missing
  case flag(Bool)
  case number(Double)
  case integer(Int64)
  /// Seconds since 1970, in UTC where the source knows no zone.
  case date(seconds: Double)
  case text(String)
  /// What is no text, as an image's file. Columns with such have nothing else.
  case bytes([UInt8])

  /// A number; one that is not finite is missing.
  static func finite(_ value: Double) -> Cell { value.isFinite ? .number(value) : .missing }

  /// A text; an empty one is missing.
  static func nonempty(_ text: String) -> Cell { text.isEmpty ? .missing : .text(text) }

  /// As the name of a column; empty where it is missing.
  var name: String {
    switch self {
    case .missing, .bytes: ""
    case .flag(let value): String(value)
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    case .integer(let value): String(value)
    case .date(let seconds): Self.day(seconds)
    case .text(let text):
      String(text.trimmingPrefix { $0.isWhitespace }.reversed().trimmingPrefix { $0.isWhitespace }.reversed())
    }
  }

  /// `2024-01-31`.
  private static func day(_ seconds: Double) -> String {
    let day = CalendarDay((seconds / 86_400).rounded(.down))
    func digits(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(digits(day.year, 4))-\(digits(day.month, 2))-\(digits(day.day, 2))"
  }
}
