import Telemetry

/// How the values of one name spread over the steps of a run: a heat map, dark where many values lie.
public struct HistogramChart: Sendable {
  public let metric: Metric
  /// Of the histograms drawn, ascending; a column each.
  public let steps: [Int]
  /// The values' range over all steps.
  public let low: Double
  public let high: Double
  /// By step and then by value, from `low` upwards: the share of that step's values that lies there.
  public let shares: [[Double]]

  /// Of several histograms at a step the last is drawn; where there are more steps than `columns`, as many of them, evenly.
  /// A bin's values count evenly over it. nil where no histogram has a finite value.
  ///
  /// - Precondition: `columns` and `rows` are at least 2.
  public init?(of record: RunRecord, metric: Metric, columns: Int = 200, rows: Int = 48) {
    precondition(columns >= 2 && rows >= 2, "a heat map has at least two columns and rows")
    var byStep: [Int: Histogram] = [:]
    for recorded in record.histograms where recorded.metric == metric && recorded.histogram.minimum.isFinite {
      byStep[recorded.step] = recorded.histogram
    }
    let all = byStep.keys.sorted()
    guard let least = byStep.values.map(\.minimum).min(), let most = byStep.values.map(\.maximum).max(), most.isFinite
    else { return nil }
    let steps =
      all.count <= columns ? all : (0..<columns).map { all[$0 * (all.count - 1) / (columns - 1)] }
    // All values one: a row's height around it.
    let room = least < most ? 0 : max(abs(least) * 0.5, 0.5)
    let (low, high) = (max(least - room, -1e300), min(most + room, 1e300))
    self.metric = metric
    (self.steps, self.low, self.high) = (steps, low, high)
    shares = steps.map { step in
      byStep[step].map { Self.spread($0, from: low, to: high, rows: rows) } ?? Array(repeating: 0, count: rows)
    }
  }

  /// The names that have histograms in a run, sorted.
  public static func metrics(in record: RunRecord) -> [String] {
    Set(record.histograms.map(\.metric.name)).sorted()
  }

  private static func spread(_ histogram: Histogram, from low: Double, to high: Double, rows: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: rows)
    let total = Double(histogram.count - histogram.nonFinite)
    guard total > 0, !histogram.bins.isEmpty else { return shares }
    let scale = Double(rows) / (high - low)
    // The histogram's ends, in rows.
    let first = (histogram.minimum - low) * scale
    let width = (histogram.maximum - histogram.minimum) * scale / Double(histogram.bins.count)
    for (index, count) in histogram.bins.enumerated() where count > 0 {
      let share = Double(count) / total
      let (start, end) = (first + width * Double(index), first + width * Double(index + 1))
      guard start.isFinite, end.isFinite else { continue }
      let (bottom, top) = (min(rows - 1, max(0, Int(start))), min(rows - 1, max(0, Int(end))))
      if bottom == top || end <= start {
        shares[bottom] += share
        continue
      }
      for row in bottom...top {
        let overlap = min(end, Double(row + 1)) - max(start, Double(row))
        shares[row] += share * max(0, overlap) / (end - start)
      }
    }
    return shares
  }

  /// The largest share of one cell.
  private var largest: Double { shares.lazy.compactMap { $0.max() }.max() ?? 0 }

  /// 0 for no values to 1 for the fullest cell; the root shows thin tails too.
  private func darkness(_ share: Double) -> Double { largest > 0 ? (share / largest).squareRoot() : 0 }

  /// Where each step's cell begins, and where the last one's ends: a cell goes on to the next step.
  private var edges: [Double] {
    let places = steps.map(Double.init)
    let last = places.count > 1 ? places[places.count - 1] - places[places.count - 2] : 1
    return places + [(places.last ?? 0) + last]
  }

  // MARK: Drawing

  /// In characters from blank to `█`: a column a step.
  public func text(width: Int = 80, height: Int = 16) -> String {
    precondition(width >= 30 && height >= 4)
    let vertical = Axis(covering: [low, high], ticks: max(2, height / 4), extends: false)
    let horizontal = Axis(covering: edges, ticks: width / 16, extends: false)
    let margin = vertical.labels.map(\.count).max() ?? 0
    let columns = width - margin - 2
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    var lines = [metric.name.printable]
    let edges = edges
    let labels = TerminalChart.verticalLabels(vertical, rows: height)
    for row in 0..<height {
      // Rows of the map that lie in this line, from the top down.
      let count = shares.first?.count ?? 1
      let range =
        (height - 1 - row) * count
        / height..<max((height - row) * count / height, (height - 1 - row) * count / height + 1)
      let line = (0..<columns).map { column -> Character in
        let step = horizontal.low + (Double(column) + 0.5) / Double(columns) * (horizontal.high - horizontal.low)
        let place = min(shares.count - 1, edges.lastIndex { $0 <= step } ?? 0)
        let share = range.lazy.filter { $0 < count }.map { shares[place][$0] }.max() ?? 0
        return shades[share == 0 ? 0 : min(4, 1 + Int(darkness(share) * 3.999))]
      }
      let label = labels[row]
      lines.append(
        String(repeating: " ", count: margin - label.count) + label + (label.isEmpty ? " │" : " ┤") + String(line))
    }
    lines += TerminalChart.horizontalAxis(horizontal, of: "steps", margin: margin, columns: columns)
    lines.append("the darker, the more of a step's values; \(steps.count) step\(steps.count == 1 ? "" : "s")")
    return lines.joined(separator: "\n")
  }

  /// As an SVG document of `width` by `height` pixels.
  public func svg(width: Int = 800, height: Int = 480) -> String {
    precondition(width >= 200 && height >= 200)
    let vertical = Axis(covering: [low, high], ticks: height / 75, extends: false)
    let horizontal = Axis(covering: edges, ticks: width / 110, extends: false)
    let left = 44 + Double(vertical.labels.map(\.count).max() ?? 0) * 7
    let (right, top, bottom) = (Double(width) - 28, 68.0, Double(height) - 62)
    func number(_ value: Double) -> String { shortest((value * 100).rounded() / 100) }
    func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String, size: Double = 12) -> String {
      "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\" fill=\"#333333\" "
        + "text-anchor=\"\(anchor)\">\(escapedForXML(text))</text>"
    }
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" font-family=\"\(svgFont)\">",
      "<title>\(escapedForXML(metric.name))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      label(metric.name, left, 30, "start", size: 17),
      label("the darker, the more of a step's values", left, 50, "start"),
    ]
    let rows = shares.first?.count ?? 1
    let cellHeight = (bottom - top) / Double(rows)
    let places = edges.map { left + horizontal.share($0) * (right - left) }
    for (column, shares) in shares.enumerated() {
      for (row, share) in shares.enumerated() where share > 0 {
        lines.append(
          "<rect x=\"\(number(places[column]))\" "
            + "y=\"\(number(bottom - Double(row + 1) * cellHeight))\" width=\"\(number(places[column + 1] - places[column] + 0.3))\" "
            + "height=\"\(number(cellHeight + 0.3))\" fill=\"#0072B2\" fill-opacity=\"\(number(darkness(share)))\"/>")
      }
    }
    for (tick, words) in zip(vertical.ticks, vertical.labels) {
      lines.append(label(words, left - 9, bottom - vertical.share(tick) * (bottom - top) + 4, "end"))
    }
    for (tick, words) in zip(horizontal.ticks, horizontal.labels) {
      lines.append(label(words, left + horizontal.share(tick) * (right - left), bottom + 20, "middle"))
    }
    lines.append(label("steps", (left + right) / 2, bottom + 42, "middle", size: 13))
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }
}
