import Telemetry

/// Lines in characters: the means as lines of Braille dots, two by four a character.
public struct TerminalChart: Sendable {
  /// The chart's lines, the legend among them.
  public let text: String

  /// `width`: columns in all; `height`: lines of the plot itself; `colours`: with ANSI escapes, for a terminal.
  public init(_ curve: LearningCurve, width: Int = 80, height: Int = 16, colours: Bool = false) {
    self.init(LineChart(curve), width: width, height: height, colours: colours)
  }

  public init(_ chart: LineChart, width: Int = 80, height: Int = 16, colours: Bool = false) {
    precondition(width >= 30 && height >= 4)
    let axes = ChartAxes(
      chart, horizontalTicks: width / 16, verticalTicks: max(2, height / 4), withBands: false)
    let margin = axes.vertical.labels.map(\.count).max() ?? 0
    var canvas = BrailleCanvas(columns: width - margin - 2, rows: height)
    for (index, group) in chart.lines.enumerated() {
      let dots = zip(group.steps, group.means).map { step, value in
        (
          x: Int((axes.horizontal.share(step) * Double(canvas.columns * 2 - 1)).rounded()),
          y: Int(((1 - axes.vertical.share(value)) * Double(canvas.rows * 4 - 1)).rounded())
        )
      }
      canvas.draw(dots, ink: index)
    }
    var lines = [chart.title.printable]
    lines += zip(Self.verticalLabels(axes.vertical, rows: height), canvas.lines(colours: colours)).map { label, line in
      let isTick = !label.isEmpty
      return String(repeating: " ", count: margin - label.count) + label + (isTick ? " ┤" : " │") + line
    }
    lines += Self.horizontalAxis(axes.horizontal, of: chart.horizontal, margin: margin, columns: canvas.columns)
    lines += chart.lines.enumerated().map { index, group in
      let dot = colours ? ansi("●", ink: index) : "●"
      return "\(dot) \(group.legend.printable): \(group.summary.printable)"
    }
    text = lines.joined(separator: "\n")
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

/// A drawing of Braille dots; each character has the ink of what was last drawn in it.
private struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var inks: [Int?]
  /// The bit of the dot in column 0 or 1 and line 0 to 3 of a character (Unicode's block U+2800).
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    dots = [UInt8](repeating: 0, count: columns * rows)
    inks = [Int?](repeating: nil, count: columns * rows)
  }

  /// Joins the points by straight lines.
  mutating func draw(_ points: [(x: Int, y: Int)], ink: Int) {
    if let first = points.first { set(first.x, first.y, ink) }
    for (a, b) in zip(points, points.dropFirst()) {
      let length = max(abs(b.x - a.x), abs(b.y - a.y))
      guard length > 0 else { continue }
      for i in 1...length {
        let share = Double(i) / Double(length)
        let x = Double(a.x) + share * Double(b.x - a.x)
        let y = Double(a.y) + share * Double(b.y - a.y)
        set(Int(x.rounded()), Int(y.rounded()), ink)
      }
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ ink: Int) {
    guard (0..<columns * 2).contains(x), (0..<rows * 4).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[x % 2][y % 4]
    inks[cell] = ink
  }

  func lines(colours: Bool) -> [String] {
    (0..<rows).map { row in
      var line = ""
      for cell in row * columns..<(row + 1) * columns {
        guard let ink = inks[cell], let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) else {
          line += " "
          continue
        }
        line += colours ? ansi(String(scalar), ink: ink) : String(scalar)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// The text in the terminal's nearest to Okabe and Ito's colours.
private func ansi(_ text: String, ink: Int) -> String {
  let palette = [32, 166, 35, 175, 214, 74, 250]
  return "\u{1B}[38;5;\(palette[ink % palette.count])m\(text)\u{1B}[0m"
}
