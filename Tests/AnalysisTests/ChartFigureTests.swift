import Foundation
import FoundationXML
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

/// Panels, names, colours, scales, and the pages they are put on.
@Suite struct ChartFigureTests {
  private func run(
    _ id: String, agent: String = "ppo", environment: String = "E", _ values: [Double] = [1, 2]
  ) -> RunRecord {
    var record = exampleRecord(id, series: [exampleSeries("r", values.enumerated().map { ($0, 0, $1) })])
    (record.description.subject, record.description.target) = (agent, environment)
    return record
  }

  private var figure: ChartFigure {
    ChartFigure(
      LearningCurve(
        of: [
          run("a", environment: "F"), run("b", agent: "sac", environment: "F"), run("c", environment: "E", [300, 400]),
          run("d", agent: "a2c", environment: "E"),
        ], metric: "r"))
  }

  @Test func `each environment has a panel with axes of its own, and an agent one colour in all`() throws {
    let figure = figure
    #expect(figure.panels.map(\.title) == ["E", "F"])
    #expect(figure.panels.map { $0.lines.map(\.label) } == [["a2c", "ppo"], ["ppo", "sac"]])
    #expect(figure.labels == ["a2c", "ppo", "sac"])
    #expect(figure.title == "r in E, F")
    let lines = ChartDrawing(figure).shapes.compactMap { shape -> (paint: Paint, x: Double)? in
      if case .line(let points, 2, let paint, _) = shape { (paint, points[0].x) } else { nil }
    }
    #expect(lines.map(\.paint) == [.line(0), .line(1), .line(1), .line(2)])
    // The panels lie side by side.
    #expect(lines[1].x < 420 && lines[2].x > 420)
    let text = TerminalChart(figure, width: 60, height: 5).text
    #expect(text.components(separatedBy: "┬").count > 4)
    #expect(text.contains("\nE\n") && text.contains("\nF\n"))
  }

  @Test func `names and colours of groups, titles and axes are as asked for`() throws {
    var figure = figure
    figure.title = "Mine"
    figure.nameAxes(horizontal: "frames", vertical: nil)
    figure.colours["sac"] = ChartColour("#f0a")
    figure.rename("sac", to: "Soft actor-critic")
    let svg = SVGChart(figure).text
    #expect(svg.contains(">Mine<") && svg.contains(">frames<") && svg.contains(">r<") && !svg.contains(">steps<"))
    #expect(svg.contains("stroke=\"#ff00aa\"") && svg.contains(">Soft actor-critic, 1 seed<"))
    #expect(TerminalChart(figure, colours: true).text.contains("\u{1B}[38;5;199m●\u{1B}[0m Soft actor-critic"))
  }

  @Test(
    arguments: [
      ("#0072B2", 0x0072B2), ("#07b", 0x0077BB), ("Blue", 0x0072B2), ("grey", 0x767676), ("#12345", nil),
      ("0072B2", nil), ("#+07b", nil), ("", nil), ("#00000g", nil),
    ] as [(String, UInt32?)])
  func `a colour is a name or hexadecimal`(text: String, code: UInt32?) {
    #expect(ChartColour(text)?.code == code)
  }

  @Test func `every colour of the palette stands out from its paper`() {
    func light(_ code: UInt32) -> Double {
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(code >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func contrast(_ a: UInt32, _ b: UInt32) -> Double {
      (max(light(a), light(b)) + 0.05) / (min(light(a), light(b)) + 0.05)
    }
    for theme in [ChartTheme.light, .dark] {
      for text in [theme.ink, theme.label, theme.soft] { #expect(contrast(text, theme.paper) >= 4.5) }
      for line in theme.lines { #expect(contrast(line, theme.paper) >= 2) }
      #expect(Set(theme.lines).count == theme.lines.count)
    }
    #expect(ChartTheme.light.lines.count == ChartTheme.dark.lines.count)
  }

  @Test(
    arguments: [
      ([1, 1000], ["1", "10", "100", "1000"]),
      ([1e-7, 1e-5], ["1e-07", "2e-07", "5e-07", "1e-06", "2e-06", "5e-06", "1e-05"]),
      ([2, 40], ["2", "5", "10", "20", "50"]), ([1e3, 1e8], ["1000", "10k", "100k", "1M", "10M", "100M"]),
    ] as [([Double], [String])])
  func `a logarithmic axis has round ticks at equal factors`(values: [Double], labels: [String]) {
    let axis = Axis(covering: values, ticks: 5, isLogarithmic: true)
    #expect(axis.labels == labels)
    #expect(axis.low <= values[0] * (1 + 1e-12) && axis.high >= values[1] * (1 - 1e-12))
    let middle = (axis.low * axis.high).squareRoot()
    #expect(abs(axis.share(middle) - 0.5) < 1e-9)
  }

  @Test func `no pair of positive numbers is too much for a logarithmic axis`() {
    let ends: [Double] = [
      .leastNonzeroMagnitude, 1e-300, 1e-9, 0.9, 1, 1.0.nextUp, 2.5, 1e17, 1e300, .greatestFiniteMagnitude, 0, -1,
    ]
    for a in ends {
      for b in ends {
        for extends in [true, false] {
          let axis = Axis(covering: [a, b], ticks: 5, extends: extends, isLogarithmic: true)
          #expect(axis.ticks.count < 14 && axis.low > 0 && axis.low < axis.high && axis.high.isFinite, "\(a) \(b)")
        }
      }
    }
  }

  @Test(arguments: [(-5, nil), (nil, 1.5), (0.5, 1.5), (10, nil), (nil, -10)] as [(Double?, Double?)])
  func `ends of the axis that are given stand, and lines are cut there`(low: Double?, high: Double?) throws {
    var scales = ChartScales()
    (scales.low, scales.high) = (low, high)
    let figure = ChartFigure(LearningCurve(of: [run("a", [0, 1, 2, 1, 0])], metric: "r")).on(scales)
    let axes = ChartAxes(figure.panels[0], horizontalTicks: 5, verticalTicks: 5)
    if let low { #expect(axes.vertical.low == low) }
    if let high { #expect(axes.vertical.high == high) }
    #expect(axes.vertical.ticks.allSatisfy { $0 >= axes.vertical.low && $0 <= axes.vertical.high })
    // Between the upper and the lower end of the panel.
    for case .line(let points, 2, .line, _) in ChartDrawing(figure).shapes {
      #expect(points.allSatisfy { (40...430).contains($0.y) })
    }
    _ = TerminalChart(figure)
  }

  @Test func `a line is cut where it leaves the panel, and goes on where it comes back`() {
    typealias Point = ChartDrawing.Point
    let points = [Point(0, 5), Point(10, 15), Point(20, 5), Point(30, -5), Point(40, -5)]
    #expect(
      Clipping.line(points, from: 0.01, to: 9.99) == [
        [Point(0, 5), Point(5, 10)], [Point(15, 10), Point(20, 5), Point(25, 0)],
      ])
    #expect(Clipping.line([Point(0, -1), Point(1, -2)], from: 0, to: 10).isEmpty)
    let square = [Point(0, -5), Point(10, -5), Point(10, 15), Point(0, 15)]
    let cut = Clipping.polygon(square, from: 0, to: 10)
    #expect(cut.map(\.y).min() == 0 && cut.map(\.y).max() == 10 && cut.map(\.x).max() == 10)
  }

  @Test func `a page has the picture, the last values with intervals, and asks nobody for anything`() throws {
    var records = (0..<5).map { run("s\($0)", environment: "<&>", [1, Double($0)]) }
    records.append(run("n", agent: "dqn", environment: "<&>", [1, .nan]))
    let html = HTMLChart(ChartFigure(LearningCurve(of: records, metric: "r"))).text
    #expect(!html.contains("http") && !html.contains("url(") && !html.contains("<script") && !html.contains("src="))
    #expect(html.contains("<title>r in &lt;&amp;&gt;</title>") && html.contains("prefers-color-scheme:dark"))
    #expect(html.contains("<tr><td>dqn</td><td>1</td><td>1</td><td>NaN</td><td>–</td>"))
    #expect(html.contains("<td>ends as NaN at step 1; 1 NaN</td>"))
    let row = try #require(
      html.firstMatch(of: /<td>ppo<\/td><td>5<\/td><td>1<\/td><td>2<\/td><td>([0-9.]+) to ([0-9.]+)</))
    #expect(try #require(Double(row.1)) < 2 && #require(Double(row.2)) > 2)
    // Everything but the head's void elements is XML.
    let body = try #require(html.range(of: "<body>")).lowerBound..<(try #require(html.range(of: "</html>")).lowerBound)
    #expect(XMLParser(data: Data(html[body].utf8)).parse())
  }

  @Test func `pages of several panels name the environment in each row`() {
    let html = HTMLChart(figure).text
    #expect(html.contains("<th scope=\"col\">environment</th><th scope=\"col\">group</th>"))
    #expect(html.contains("<tr><td>E</td><td>ppo</td>") && html.contains("<tr><td>F</td><td>ppo</td>"))
  }

  @Test func `a picture is as large as asked for, and larger where that is too little`() {
    #expect(SVGChart(figure, width: 1000, height: 700).text.contains("width=\"1000\" height=\"700\""))
    let drawing = ChartDrawing(figure, width: 200, height: 200)
    #expect(drawing.width == 200 && drawing.height > 300, "two panels, one below the other")
  }
}
