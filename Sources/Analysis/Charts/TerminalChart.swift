import Formats
import Telemetry

/// A figure in characters: the means as lines of Braille dots, two by four a character; panels one below the other.
package struct TerminalChart: Sendable {
  /// The chart's lines, the legend among them.
  package let text: String

  /// `width`: columns in all; `height`: lines of each panel's plot; `colours`: with ANSI escapes, for a terminal.
  ///
  /// - Precondition: `width` is at least 30 and `height` at least 4.
  package init(_ figure: ChartFigure, width: Int = 80, height: Int = 16, colours: Bool = false) {
    precondition(width >= 30 && height >= 4)
    let inks = TerminalInks(figure, isUsed: colours)
    var lines = TextMeasure.wrapped(figure.title.printable, columns: width)
    for panel in figure.panels {
      if !panel.title.isEmpty { lines += [""] + TextMeasure.wrapped(panel.title.printable, columns: width) }
      lines += Self.lines(of: panel, width: width, height: height, inks)
    }
    if !figure.markLegend.isEmpty {
      lines += TextMeasure.wrapped("\(figure.markLegend); \(figure.explanation)", columns: width)
    }
    text = lines.joined(separator: "\n")
  }

  package init(_ curve: LearningCurve, width: Int = 80, height: Int = 16, colours: Bool = false) {
    self.init(ChartFigure(curve), width: width, height: height, colours: colours)
  }

  private static func lines(of chart: LineChart, width: Int, height: Int, _ inks: TerminalInks) -> [String] {
    let axes = ChartAxes(
      chart, horizontalTicks: width / 16, verticalTicks: max(2, height / 4), withBands: false)
    let margin = axes.vertical.labels.map(\.count).max() ?? 0
    var canvas = BrailleCanvas(columns: max(10, width - margin - 2), rows: height)
    func x(_ step: Double) -> Int { Int((axes.horizontal.share(step) * Double(canvas.columns * 2 - 1)).rounded()) }
    for line in chart.lines {
      for stretch in line.stretches {
        let dots = stretch.map { index in
          // Within a few heights, so that what lies outside can be reckoned with.
          let share = min(max(axes.vertical.share(line.means[index]), -10), 10)
          return (x: x(line.steps[index]), y: Int(((1 - share) * Double(canvas.rows * 4 - 1)).rounded()))
        }
        canvas.draw(dots, ink: inks.number(of: line.label))
        // A point by itself would be a speck.
        if dots.count == 1, dots[0].y >= 0 {
          canvas.mark("•", column: dots[0].x / 2, row: dots[0].y / 4, ink: inks.number(of: line.label))
        }
      }
    }
    for line in chart.lines {
      for mark in line.marks {
        let shape = mark.value.mark
        let column = min(canvas.columns - 1, max(0, x(mark.step) / 2))
        canvas.mark(
          shape.character, column: column, row: shape == .up ? 0 : height - 1, ink: inks.number(of: line.label))
      }
    }
    let plot = canvas.lines { inks.inked(String($0), $1) }
    var lines = zip(verticalLabels(axes.vertical, rows: height), plot).map { label, line in
      let isTick = !label.isEmpty
      return String(repeating: " ", count: margin - label.count) + label + (isTick ? " ┤" : " │") + line
    }
    lines += horizontalAxis(axes.horizontal, of: chart.horizontal, margin: margin, columns: canvas.columns)
    for line in chart.lines {
      let wrapped = TextMeasure.wrapped("● \(line.legend): \(line.summary)".printable, columns: width, indent: "  ")
      lines.append(inks.inked("●", inks.number(of: line.label)) + wrapped[0].dropFirst())
      lines += wrapped.dropFirst()
    }
    return lines
  }

  /// A tick's words in the line it lies in, the empty text elsewhere.
  static func verticalLabels(_ axis: Axis, rows: Int) -> [String] {
    var labels = [String](repeating: "", count: rows)
    for (tick, words) in zip(axis.ticks, axis.labels) {
      let dot = Int(((1 - axis.share(tick)) * Double(rows * 4 - 1)).rounded())
      labels[min(rows - 1, max(0, dot / 4))] = words
    }
    return labels
  }

  /// The line with its ticks, and their words below where there is room.
  static func horizontalAxis(_ axis: Axis, of unit: String, margin: Int, columns: Int) -> [String] {
    var line = [Character](repeating: "─", count: columns)
    var words = [Character](repeating: " ", count: margin + 2 + columns)
    var free = 0
    for (tick, label) in zip(axis.ticks, axis.labels) {
      let column = min(columns - 1, Int((axis.share(tick) * Double(columns * 2 - 1)).rounded()) / 2)
      line[column] = "┬"
      let start = min(max(free, margin + 2 + column - label.count / 2), words.count - label.count)
      guard start >= free else { continue }
      words.replaceSubrange(start..<start + label.count, with: label)
      free = start + label.count + 1
    }
    let name = " " + unit
    if words.count - free >= name.count { words.replaceSubrange(words.count - name.count..<words.count, with: name) }
    return [String(repeating: " ", count: margin) + " └" + String(line), String(words)]
  }
}

/// The colours of a figure's lines in a terminal: the nearest to its palette's.
private struct TerminalInks {
  private let numbers: [String: Int]
  private let custom: [Int: Int]
  private let isUsed: Bool
  /// Legible on light and dark; the last is the terminal's own.
  private static let palette = [32, 166, 35, 175, 214, 74, nil]

  init(_ figure: ChartFigure, isUsed: Bool) {
    let labels = figure.labels
    numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    custom = Dictionary(
      uniqueKeysWithValues: labels.enumerated().compactMap { index, label in
        figure.colours[label].map { (index, $0.terminalIndex) }
      })
    self.isUsed = isUsed
  }

  func number(of label: String) -> Int { numbers[label] ?? 0 }

  func inked(_ text: String, _ ink: Int) -> String {
    guard isUsed, let code = custom[ink] ?? Self.palette[ink % Self.palette.count] else { return text }
    return "\u{1B}[38;5;\(code)m\(text)\u{1B}[0m"
  }
}
