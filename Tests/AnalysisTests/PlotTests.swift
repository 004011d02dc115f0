import Foundation
import FoundationXML
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

@Suite struct PlotTests {
  private func run(
    _ id: String, _ points: [(Int, Double)], hash: String = "h", rate: Double = 0.1, environment: String = "E"
  ) -> RunRecord {
    var record = exampleRecord(id, series: [exampleSeries("r", points.map { ($0.0, 0, $0.1) })])
    record.description.configurationHash = hash
    record.description.target = environment
    record.description.hyperparameters["learning_rate"] = .number(rate)
    return record
  }

  @Test("The mean is over the runs that have a value there, interpolated; seeds that are not finite are counted")
  func means() throws {
    let curve = LearningCurve(
      of: [
        run("b", [(20, 4), (0, 0)]), run("a", [(0, 10), (10, .nan), (10, 20), (30, 40), (30, 80)]),
        run("c", [(5, .nan)]), run("d", []),
      ], metric: "r")
    let group = try #require(curve.groups.first)
    #expect(curve.groups.count == 1)
    #expect(group.runs == ["a", "b", "c"])
    #expect(curve.runsWithout == ["d"])
    #expect(group.steps == [0, 5, 10, 20, 30])
    #expect(group.means == [5, 8, 11, 27, 80])
    #expect(group.highs.last == 80)
    #expect(group.gaps == [LearningCurve.Gap(step: 5, value: .nan, runs: 1)])
    #expect(group.offAxis == [.nan: 1] && group.runsOffAxis == 1)
  }

  @Test("Over time a run's points lie at the seconds since it began")
  func time() throws {
    var record = run("a", [(0, 1), (10, 2), (20, 4)])
    record.series[0].wallTimes = [500_000, 1_000_000, 4_600_000].map { record.description.start + $0 }
    let curve = LearningCurve(of: [record], metric: "r", by: .time)
    #expect(curve.groups[0].steps == [0.5, 1, 4.6])
    #expect(curve.groups[0].means == [1, 2, 4])
    #expect(SVGChart(curve).text.contains(">seconds<"))
    #expect(TerminalChart(curve, width: 100, height: 8, colours: false).text.contains("seconds"))
  }

  @Test("Smoothing averages within a run, from its first point on, and is named")
  func smoothing() throws {
    let curve = LearningCurve(
      of: [run("a", [(0, 4), (1, 0), (2, 4)]), run("b", [(0, 0), (1, 0), (2, 0)])], metric: "r", smoothing: 0.5)
    // Of the first run 4, 4/3 and (1·4 + 4·4)/7.
    #expect(zip(curve.groups[0].means, [2, 2 / 3.0, 10 / 7.0]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(curve.explanation.hasSuffix("; runs smoothed by a moving average of weight 0.5"))
  }

  @Test("A long grid is evenly spaced from the first to the last step")
  func grid() throws {
    let curve = LearningCurve(of: [run("a", (0...1000).map { ($0 * 3, Double($0)) })], metric: "r", points: 5)
    let group = try #require(curve.groups.first)
    #expect(group.steps == [0, 750, 1500, 2250, 3000])
    #expect(group.means == [0, 250, 500, 750, 1000])
    #expect(group.lows == group.means && group.highs == group.means)
  }

  @Test("The interval is the percentile bootstrap's, the same for the same seed")
  func interval() throws {
    // Two runs, 0 and 1: a mean of two draws is 0, ½ or 1 with probability ¼, ½, ¼.
    let records = [run("a", [(0, 0)]), run("b", [(0, 1)])]
    func bounds(_ confidence: Double, seed: UInt64 = 0) throws -> [Double] {
      let curve = LearningCurve(of: records, metric: "r", confidence: confidence, seed: seed)
      let group = try #require(curve.groups.first)
      return [group.lows[0], group.means[0], group.highs[0]]
    }
    #expect(try bounds(0.95) == [0, 0.5, 1])
    #expect(try bounds(0.40) == [0.5, 0.5, 0.5])
    // Ten runs: near the normal approximation 4.5 ± 1.96 · 2.872 / √10.
    let ten = (0..<10).map { run("r\($0)", [(0, Double($0))]) }
    let first = try #require(LearningCurve(of: ten, metric: "r", seed: 1).groups.first)
    #expect(abs(first.lows[0] - 2.72) < 0.2 && abs(first.highs[0] - 6.28) < 0.2)
    let again = LearningCurve(of: ten.reversed(), metric: "r", seed: 1).groups
    #expect(again == [first])
  }

  @Test("Groups are told apart by the fewest words")
  func labels() {
    func labels(_ records: [RunRecord]) -> [String] { LearningCurve(of: records, metric: "r").groups.map(\.label) }
    let one = run("a", [(0, 1)])
    #expect(labels([one]) == ["ppo"])
    #expect(
      labels([one, run("b", [(0, 1)], hash: "i", rate: 0.5)]) == [
        "ppo learning_rate=0.1", "ppo learning_rate=0.5",
      ])
    // Each environment has a panel, so that the agent is enough.
    #expect(labels([one, run("b", [(0, 1)], environment: "F")]) == ["ppo", "ppo"])
    #expect(labels([one, run("b", [(0, 1)], hash: "0123456789")]) == ["ppo 01234567", "ppo h"])
  }

  @Test(
    "Ticks are round, cover the values and are labelled in one unit",
    arguments: [
      ([0, 500], 5, ["0", "100", "200", "300", "400", "500"]),
      ([0, 100_000], 4, ["0", "25k", "50k", "75k", "100k"]),
      ([0, 2_000_000], 4, ["0", "0.5M", "1M", "1.5M", "2M"]),
      ([-0.013, 0.021], 4, ["-0.02", "-0.01", "0", "0.01", "0.02", "0.03"]),
      ([3, 3], 4, ["2.7", "2.8", "2.9", "3", "3.1", "3.2", "3.3"]),
      ([0, 3e-7], 3, ["0", "1e-07", "2e-07", "3e-07"]),
    ] as [([Double], Int, [String])])
  func ticks(values: [Double], count: Int, labels: [String]) {
    let axis = Axis(covering: values, ticks: count)
    #expect(axis.labels == labels)
    #expect(axis.low <= values.min()! && axis.high >= values.max()!)
  }

  @Test("No pair of finite numbers is too much for an axis")
  func extremes() {
    let ends: [Double] = [
      0, .leastNonzeroMagnitude, 1e-300, 1e-270, 1, 1.0.nextUp, 1e17, 1e17.nextUp, 1e300, .greatestFiniteMagnitude,
    ]
    for a in ends {
      for b in ends {
        for values in [[a, b], [-a, b]] {
          #expect(Axis(covering: values, ticks: 5).ticks.count < 12)
          #expect(Axis(covering: values, ticks: 5, extends: false).ticks.count < 12)
        }
      }
    }
  }

  private final class Elements: NSObject, XMLParserDelegate {
    var names: [String: Int] = [:]
    var text = ""
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      names[name, default: 0] += 1
      for (key, value) in attributes where value.contains("nan") || value.contains("inf") {
        Issue.record("\(name) has \(key)=\(value)")
      }
    }
    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  @Test("The SVG is well-formed XML with a line a group, a band where there are several seeds, and escaped words")
  func svg() throws {
    let records = [
      run("a", [(0, 1), (5, 1), (10, 2)], hash: "x", environment: "<&\"\u{1}>"),
      run("b", [(0, 2), (10, 5)], hash: "x", environment: "<&\"\u{1}>"),
      run("c", [(0, 1), (5, 1), (10, 2)], hash: "y"), run("d", [(10, 2)], hash: "z", environment: "F"),
    ]
    let text = SVGChart(LearningCurve(of: records, metric: "r")).text
    // One panel an environment: E, F and the one with the special characters.
    let parser = XMLParser(data: Data(text.utf8))
    let elements = Elements()
    parser.delegate = elements
    #expect(parser.parse())
    #expect(elements.names["svg"] == 1)
    #expect(elements.names["polyline"] == 2)
    #expect(elements.names["polygon"] == 1)
    #expect(elements.names["circle"] == 1)
    #expect(elements.text.contains("<&\"\u{FFFD}>"))
    #expect(elements.text.contains("mean and range over seeds, too few for an interval"))
  }

  @Test("The terminal's chart, dot for dot")
  func terminal() {
    let curve = LearningCurve(
      of: [
        run("a", (0...20).map { ($0 * 1_000, Double($0 * $0)) }),
        run("b", (0...15).map { ($0 * 1_000, 100) }, hash: "i", rate: 0.5),
      ],
      metric: "r")
    let chart = TerminalChart(curve, width: 44, height: 6)
    #expect(
      chart.text == """
        r in E
        400 ┤                                   ⢀⡠⠔⠊
            │                               ⢀⡠⠔⠊⠁
            │                            ⣀⠤⠒⠁
        200 ┤                      ⢀⣀⠤⠒⠊⠉
            │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⣒⣒⠶⠶⠒⠚⠛⠓⠒⠒⠒⠒⠒⠒⠂
          0 ┤⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠒⠒⠉⠉
            └┬──────────────────┬──────────────────┬
             0                 10k               20k
        ● ppo learning_rate=0.1, 1 seed: from 0 to
          400, at the end 400
        ● ppo learning_rate=0.5, 1 seed: from 100 to
          100, at the end 100
        """)
    #expect(chart.text.components(separatedBy: "\n").allSatisfy { $0.count <= 44 })
    let coloured = TerminalChart(curve, width: 44, height: 6, colours: true).text
    let plain = coloured.replacingOccurrences(of: "\u{1B}\\[[0-9;]*m", with: "", options: .regularExpression)
    #expect(coloured != plain)
    #expect(plain == chart.text)
  }
}
