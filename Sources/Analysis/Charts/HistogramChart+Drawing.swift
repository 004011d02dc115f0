import Formats
import Telemetry

extension HistogramChart {
  /// What a picture of histograms is drawn on.
  package struct Sheet: Sendable {
    package var width = 800
    package var height = 480
    /// nil: the metric's name.
    package var title: String?
    /// What is written at the axes.
    package var horizontal = "steps"
    package var vertical: String?
    package var colour = ChartColour(0x0072B2)

    package init() {}
  }

  /// In characters from blank to `█`: a column a step; × at the bottom of steps with values that are not finite.
  package func text(width: Int = 80, height: Int = 16, title: String? = nil) -> String {
    precondition(width >= 30 && height >= 4)
    let vertical = Axis(covering: [low, high], ticks: max(2, height / 4), extends: false)
    let horizontal = Axis(covering: edges, ticks: width / 16, extends: false)
    let margin = vertical.labels.map(\.count).max() ?? 0
    let columns = width - margin - 2
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    var lines = [(title ?? metric.name).printable]
    let edges = edges
    let places = (0..<columns).map { column in
      let step = horizontal.low + (Double(column) + 0.5) / Double(columns) * (horizontal.high - horizontal.low)
      return min(shares.count - 1, edges.lastIndex { $0 <= step } ?? 0)
    }
    let labels = TerminalChart.verticalLabels(vertical, rows: height)
    for row in 0..<height {
      // Rows of the map that lie in this line, from the top down.
      let count = shares.first?.count ?? 1
      let range =
        (height - 1 - row) * count
        / height..<max((height - row) * count / height, (height - 1 - row) * count / height + 1)
      let line = places.map { place -> Character in
        if row == height - 1, nonFinite[place] > 0 { return OffAxisValue.Mark.cross.character }
        let share = range.lazy.filter { $0 < count }.map { shares[place][$0] }.max() ?? 0
        return shades[share == 0 ? 0 : min(4, 1 + Int(darkness(share) * 3.999))]
      }
      let label = labels[row]
      lines.append(
        String(repeating: " ", count: margin - label.count) + label + (label.isEmpty ? " │" : " ┤") + String(line))
    }
    lines += TerminalChart.horizontalAxis(horizontal, of: "steps", margin: margin, columns: columns)
    let caption = "\(explanation); \(steps.count) step\(steps.count == 1 ? "" : "s")"
    lines += TextMeasure.wrapped(caption, columns: width)
    return lines.joined(separator: "\n")
  }
}

extension ChartDrawing {
  package init(_ chart: HistogramChart, _ sheet: HistogramChart.Sheet = .init()) {
    precondition(sheet.width >= 200 && sheet.height >= 200, "a picture is at least 200 × 200 pixels")
    let title = sheet.title ?? chart.metric.name
    let (width, height) = (Double(sheet.width), Double(sheet.height))
    self.init(width: width, height: height, title: title)
    let caption = TextMeasure.wrapped(chart.explanation, size: 12, into: width - 48)
    let head = title.isEmpty ? 8.0 : 34
    let (top, bottom, right) = (head + Double(caption.count) * 18 + 12, height - 62, width - 28)
    let vertical = Axis(covering: [chart.low, chart.high], ticks: max(2, Int(bottom - top) / 70), extends: false)
    let edges = chart.edges
    let horizontal = Axis(covering: edges, ticks: max(2, sheet.width / 110), extends: false)
    let left = 58 + (vertical.labels.map { TextMeasure.width($0, size: 12) }.max() ?? 0)
    if !title.isEmpty {
      let text = TextMeasure.fitted(title, size: 17, into: width - 48)
      add(.text(text, .init(24, 30), .init(size: 17, paint: .ink, isBold: true)))
    }
    for (index, line) in caption.enumerated() {
      add(.text(line, .init(24, head + 16 + Double(index) * 18), .init(size: 12, paint: .soft)))
    }
    let rows = chart.shares.first?.count ?? 1
    let cell = (bottom - top) / Double(rows)
    let places = edges.map { left + horizontal.share($0) * (right - left) }
    for (column, shares) in chart.shares.enumerated() {
      for (row, share) in shares.enumerated() where share > 0 {
        // A hair wider and higher, so that no gaps show between cells.
        let floor = bottom - Double(row) * cell
        rectangle(
          places[column], floor - cell, min(places[column + 1] + 0.3, right), min(floor + 0.3, bottom),
          .custom(sheet.colour), opacity: chart.darkness(share))
      }
    }
    rule(left, bottom, right, bottom, .rule)
    var last = -Double.infinity
    for (column, count) in chart.nonFinite.enumerated() where count > 0 {
      let x = (places[column] + places[column + 1]) / 2
      guard x - last >= 2 * ChartDrawing.markReach else { continue }
      last = x
      add(
        .mark(
          .cross, .init(x, bottom - ChartDrawing.markReach), .line(1),
          note:
            "step \(grouped(chart.steps[column])): \(grouped(count)) value\(count == 1 ? " is" : "s are") NaN or infinite"
        ))
    }
    for (tick, words) in zip(vertical.ticks, vertical.labels) {
      let y = bottom - vertical.share(tick) * (bottom - top)
      add(.text(words, .init(left - 9, y + 4), .init(size: 12, paint: .label, anchor: .end)))
    }
    for (tick, words) in zip(horizontal.ticks, horizontal.labels) {
      let x = left + horizontal.share(tick) * (right - left)
      rule(x, bottom, x, bottom + 5, .rule)
      add(.text(words, .init(x, bottom + 20), .init(size: 12, paint: .label, anchor: .middle)))
    }
    let below = ChartDrawing.Point((left + right) / 2, bottom + 42)
    add(.text(sheet.horizontal, below, .init(size: 13, paint: .label, anchor: .middle)))
    if let words = sheet.vertical {
      add(
        .text(
          words, .init(20, (top + bottom) / 2), .init(size: 13, paint: .label, anchor: .middle, isUpright: true)))
    }
  }
}
