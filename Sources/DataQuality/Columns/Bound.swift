import Datasets

/// A number or a date, as it is written.
package struct Bound: Codable, Hashable, Sendable {
  package let text: String
  package var number: Double? { SpelledValue.number(text) }
  /// Seconds since 1970-01-01 00:00 UTC.
  package var date: Double? { SpelledValue.date(text).flatMap { $0.isISO ? $0.dayFirst : nil } }

  package init(_ text: String) { self.text = text }

  package init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
