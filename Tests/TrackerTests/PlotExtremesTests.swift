import Telemetry
import Testing

@testable import Tracker

@Suite struct PlotExtremesTests {
  private func run(_ id: String, _ values: [Double]) -> RunRecord {
    var record = RunRecord(id: id, description: exampleDescription())
    record.series = [
      Series(metric: "x", steps: Array(values.indices), wallTimes: values.map { _ in 0 }, values: values)
    ]
    return record
  }

  @Test("Numbers whose sums overflow leave a gap, and both charts are drawn")
  func overflow() throws {
    let huge = Double.greatestFiniteMagnitude
    let curve = LearningCurve(
      of: [run("a", [1, huge, 3]), run("b", [1, huge, 1e300]), run("c", [huge])], metric: "x")
    let group = try #require(curve.groups.first)
    #expect(group.steps == [0, 2])
    #expect(group.means == [1, 5e299])
    #expect(curve.runsWithout == ["c"])
    #expect(!SVGChart(curve).text.contains("inf"))
    #expect(TerminalChart(curve, width: 60, height: 5).text.contains("1 seed") == false)
  }
}
