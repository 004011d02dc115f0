import Datasets
import Formats

/// "1 row", "2,000 rows"
func rowsText(_ count: Int) -> String { "\(grouped(count)) row\(count == 1 ? "" : "s")" }

/// `1 row holds`, `2 rows hold`
func rowsText(_ count: Int, _ one: String, _ several: String) -> String {
  rowsText(count) + " " + (count == 1 ? one : several)
}

/// `'a', 'b' and 3 more`
func listed(_ values: [String], most: Int = 5) -> String {
  let shown = values.prefix(most).map { quoted($0) }.joined(separator: ", ")
  return values.count > most ? shown + " and \(grouped(values.count - most)) more" : shown
}

/// With two decimals.
func fixed(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  let hundredths = Int((100 * max(-1e6, min(1e6, value))).rounded())
  let digits = String(hundredths.magnitude % 100)
  return (hundredths < 0 ? "-" : "") + "\(hundredths.magnitude / 100)." + (digits.count < 2 ? "0" : "") + digits
}
