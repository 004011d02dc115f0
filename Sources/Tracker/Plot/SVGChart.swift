import Telemetry

/// Lines as a picture: one and a band a group, in the colours of Okabe and Ito that all eyes tell apart.
public struct SVGChart: Sendable {
  /// The SVG document.
  public let text: String

  /// `width` and `height` in pixels; the legend's rows add to the height.
  public init(_ chart: LineChart, width: Int = 800, height: Int = 480) {
    precondition(width >= 200 && height >= 200)
    let drawing = Drawing(chart, width: Double(width), height: Double(height))
    text = drawing.document
  }

  public init(_ curve: LearningCurve, width: Int = 800, height: Int = 480) {
    self.init(LineChart(curve), width: width, height: height)
  }
}

/// Where everything lies, in pixels from the upper left corner.
private struct Drawing {
  private let chart: LineChart
  private let width: Double
  private let height: Double
  private let axes: ChartAxes
  private let left: Double
  private let right: Double
  private let top = 68.0
  private let bottom: Double
  private let legend: [(x: Double, row: Int, text: String)]

  private static let colours = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
  ]
  private static let dashes = ["", "7 4", "2 3"]

  init(_ chart: LineChart, width: Double, height: Double) {
    self.chart = chart
    self.width = width
    self.height = height
    axes = ChartAxes(chart, horizontalTicks: Int(width / 110), verticalTicks: Int(height / 75))
    left = 44 + Double(axes.vertical.labels.map(\.count).max() ?? 0) * 7
    right = width - 28
    bottom = height - 62
    legend = Self.flow(chart.lines.map(\.legend), from: left, to: right)
  }

  /// Puts the texts side by side, and on the next row where there is no room.
  private static func flow(_ texts: [String], from left: Double, to right: Double) -> [(Double, Int, String)] {
    var (x, row) = (left, 0)
    return texts.map { text in
      let extent = 34 + Double(text.count) * 6.8
      if x > left, x + extent > right { (x, row) = (left, row + 1) }
      defer { x += extent + 22 }
      return (x, row, text)
    }
  }

  var document: String {
    let full = height + Double((legend.last?.row ?? 0) + 1) * 22
    let title = chart.title
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(width))\" height=\"\(number(full))\" "
        + "viewBox=\"0 0 \(number(width)) \(number(full))\" role=\"img\" font-family=\"\(svgFont)\">",
      "<title>\(escapedForXML(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      label(title, x: left, y: 30, size: 17, colour: "#1a1a1a", anchor: "start", weight: "600"),
      label(chart.explanation, x: left, y: 50, size: 12, colour: "#666666", anchor: "start"),
    ]
    lines += horizontalAxis + verticalAxis
    // Every band lies under every line.
    for (index, group) in chart.lines.enumerated() where group.hasBand && group.steps.count > 1 {
      lines.append(band(of: group, index: index))
    }
    for (index, group) in chart.lines.enumerated() { lines.append(line(of: group, index: index)) }
    for (index, entry) in legend.enumerated() {
      let y = height + Double(entry.row) * 22
      lines.append(
        "<line x1=\"\(number(entry.x))\" y1=\"\(number(y))\" x2=\"\(number(entry.x + 24))\" y2=\"\(number(y))\" "
          + stroke(index, width: 3) + "/>")
      lines.append(label(entry.text, x: entry.x + 32, y: y + 4, size: 12.5, colour: "#333333", anchor: "start"))
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private var horizontalAxis: [String] {
    var lines: [String] = []
    for (tick, words) in zip(axes.horizontal.ticks, axes.horizontal.labels) {
      let x = place(step: tick)
      lines.append(rule(x, top, x, bottom, "#eeeeee"))
      lines.append(rule(x, bottom, x, bottom + 5, "#888888"))
      lines.append(label(words, x: x, y: bottom + 20, size: 12, colour: "#444444", anchor: "middle"))
    }
    lines.append(rule(left, bottom, right, bottom, "#888888"))
    let middle = (left + right) / 2
    lines.append(label(chart.horizontal, x: middle, y: bottom + 42, size: 13, colour: "#333333", anchor: "middle"))
    return lines
  }

  private var verticalAxis: [String] {
    var lines: [String] = []
    for (tick, words) in zip(axes.vertical.ticks, axes.vertical.labels) {
      let y = place(value: tick)
      if y < bottom - 0.5 { lines.append(rule(left, y, right, y, "#e4e4e4")) }
      lines.append(label(words, x: left - 9, y: y + 4, size: 12, colour: "#444444", anchor: "end"))
    }
    let middle = (top + bottom) / 2
    lines.append(
      "<text transform=\"translate(20 \(number(middle))) rotate(-90)\" font-size=\"13\" fill=\"#333333\" "
        + "text-anchor=\"middle\">\(escapedForXML(chart.vertical))</text>")
    return lines
  }

  private func band(of group: LineChart.Line, index: Int) -> String {
    let outline = points(group.steps + group.steps.reversed(), group.highs + group.lows.reversed())
    return "<polygon points=\"\(outline)\" fill=\"\(Self.colours[index % Self.colours.count])\" fill-opacity=\"0.18\"/>"
  }

  /// A line; a dot with a bar for the interval where the group has one step only.
  private func line(of group: LineChart.Line, index: Int) -> String {
    guard group.steps.count == 1 else {
      return "<polyline points=\"\(points(group.steps, group.means))\" fill=\"none\" \(stroke(index, width: 2))/>"
    }
    let x = number(place(step: group.steps[0]))
    let (low, high) = (number(place(value: group.lows[0])), number(place(value: group.highs[0])))
    return "<line x1=\"\(x)\" y1=\"\(low)\" x2=\"\(x)\" y2=\"\(high)\" \(stroke(index, width: 2))/>\n"
      + "<circle cx=\"\(x)\" cy=\"\(number(place(value: group.means[0])))\" r=\"4.5\" "
      + "fill=\"\(Self.colours[index % Self.colours.count])\"/>"
  }

  private func points(_ steps: [Double], _ values: [Double]) -> String {
    zip(steps, values).map { "\(number(place(step: $0))),\(number(place(value: $1)))" }.joined(separator: " ")
  }

  private func place(step: Double) -> Double { left + axes.horizontal.share(step) * (right - left) }
  private func place(value: Double) -> Double { bottom - axes.vertical.share(value) * (bottom - top) }

  /// Groups that would have the colour of an earlier one are dashed.
  private func stroke(_ index: Int, width: Double) -> String {
    let dash = Self.dashes[index / Self.colours.count % Self.dashes.count]
    return "stroke=\"\(Self.colours[index % Self.colours.count])\" stroke-width=\"\(number(width))\" "
      + "stroke-linejoin=\"round\"" + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
  }

  private func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(colour)\"/>"
  }

  private func label(
    _ text: String, x: Double, y: Double, size: Double, colour: String, anchor: String, weight: String = "400"
  ) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\" fill=\"\(colour)\" "
      + "text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">\(escapedForXML(text))</text>"
  }

  /// Hundredths of a pixel.
  private func number(_ value: Double) -> String { shortest((value * 100).rounded() / 100) }
}

/// The fonts of every picture.
let svgFont =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

/// XML's special characters by their names; characters that XML has no place for as U+FFFD.
func escapedForXML(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "\t", "\n", "\r": escaped += " "
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: escaped += "\u{FFFD}"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}
