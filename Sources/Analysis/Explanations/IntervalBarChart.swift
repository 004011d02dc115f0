/// Bars with intervals, one below the other: how important each column is.
package struct IntervalBarChart: Sendable {
  package struct Bar: Sendable {
    package var name: String
    package var value: Double
    /// nil without an interval.
    package var interval: (low: Double, high: Double)?

    package init(name: String, value: Double, interval: (low: Double, high: Double)? = nil) {
      (self.name, self.value, self.interval) = (name, value, interval)
    }
  }

  package var title: String
  /// What the bars' length is.
  package var axis: String
  package var bars: [Bar]

  package init(title: String, axis: String, bars: [Bar]) {
    (self.title, self.axis, self.bars) = (title, axis, bars)
  }

  package func drawing(width: Double = 800) -> ChartDrawing {
    let ends = bars.flatMap { [$0.value, $0.interval?.low, $0.interval?.high].compactMap { $0 } }
    let frame = NamedRows(
      title: title, axis: axis, names: bars.map(\.name), rowHeight: 24, width: width, covering: [0] + ends)
    var drawing = frame.drawing
    for (row, bar) in bars.enumerated() {
      let (y, zero, x) = (frame.y(row), frame.x(0), frame.x(bar.value))
      drawing.rectangle(min(zero, x), y - 7, max(zero, x), y + 7, .line(0))
      guard let interval = bar.interval else { continue }
      let (low, high) = (frame.x(interval.low), frame.x(interval.high))
      drawing.add(.line([.init(low, y), .init(high, y)], width: 1.5, .ink, dashes: []))
      for end in [low, high] {
        drawing.add(.line([.init(end, y - 4), .init(end, y + 4)], width: 1.5, .ink, dashes: []))
      }
    }
    return drawing
  }
}
