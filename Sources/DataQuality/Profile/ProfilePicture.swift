import Formats

/// Small pictures of a column as inline SVG; their colours are the page's.
enum ProfilePicture {
  private static let width = 320
  private static let height = 90

  static func histogram(_ column: ColumnProfile) -> String {
    guard let numbers = column.numbers, let tallest = numbers.bins.max(), tallest > 0 else { return "" }
    let step = Double(width) / Double(numbers.bins.count)
    let bars = numbers.bins.enumerated().filter { $0.element > 0 }.map { index, count in
      let tall = max(1, Double(height) * Double(count) / Double(tallest))
      return bar(x: Double(index) * step, y: Double(height) - tall, step * 0.92, tall)
        + "<title>\(column.spelled(numbers.edges[index]).escapedForXML) – "
        + "\(column.spelled(numbers.edges[index + 1]).escapedForXML): \(grouped(count))</title></rect>"
    }
    let labels =
      "<text x=\"0\" y=\"\(height + 14)\">\(column.spelled(numbers.least).escapedForXML)</text>"
      + "<text x=\"\(width)\" y=\"\(height + 14)\" text-anchor=\"end\">\(column.spelled(numbers.most).escapedForXML)</text>"
    return frame(height + 18, "histogram of \(column.name.printable)", bars.joined() + labels)
  }

  static func bars(_ values: [ColumnProfile.TopValue]) -> String {
    guard let most = values.first?.count, most > 0 else { return "" }
    let rows = values.enumerated().map { index, value in
      let y = 18 * index
      let long = max(1, 150 * Double(value.count) / Double(most))
      return bar(x: 150, y: Double(y) + 2, long, 13) + "</rect>"
        + "<text x=\"144\" y=\"\(y + 13)\" text-anchor=\"end\">\(short(value.value).escapedForXML)</text>"
        + "<text x=\"\(shortest((154 + long).rounded()))\" y=\"\(y + 13)\">\(grouped(value.count))</text>"
    }
    return frame(18 * values.count, "most frequent values", rows.joined())
  }

  private static func short(_ text: String) -> String {
    let text = text.printable
    return text.count > 22 ? text.prefix(21) + "…" : text
  }

  private static func bar(x: Double, y: Double, _ width: Double, _ height: Double) -> String {
    func tenths(_ value: Double) -> String { shortest((10 * value).rounded() / 10) }
    return "<rect x=\"\(tenths(x))\" y=\"\(tenths(y))\" width=\"\(tenths(width))\" height=\"\(tenths(height))\">"
  }

  private static func frame(_ height: Int, _ title: String, _ content: String) -> String {
    "<svg viewBox=\"0 0 \(width + 40) \(height)\" role=\"img\" aria-label=\"\(title.escapedForXML)\">\(content)</svg>"
  }
}
