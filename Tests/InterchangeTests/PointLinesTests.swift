import Telemetry
import Testing

@testable import Interchange

/// Lines of other programs become points.
@Suite struct PointLinesTests {
  private func read(_ lines: [String]) throws -> [PointLines.Line] {
    var reader = PointLines()
    return try lines.compactMap { try reader.read($0) }
  }

  private func point(_ name: String, _ value: Double) -> PointLines.Point {
    PointLines.Point(metric: Metric(name), value: value)
  }

  @Test func `objects are lines, and objects in them parts of names`() throws {
    let lines = try read([
      #"{"loss": 0.5, "train": {"acc": 1, "deep": {"er": 2}}, "step": 7}"#, "  ",
      #"{"ok": true, "off": false, "no": null}"#,
      #"{"value": "inf"}"#,
    ])
    #expect(
      lines == [
        PointLines.Line(step: 7, points: [point("loss", 0.5), point("train/acc", 1), point("train/deep/er", 2)]),
        PointLines.Line(points: [point("off", 0), point("ok", 1)]),
        PointLines.Line(points: [point("value", .infinity)]),
      ])
  }

  @Test func `numbers that Python writes and JSON has not are numbers`() throws {
    let line = try #require(try read([#"{"a": NaN, "b": Infinity, "c": -Infinity}"#]).first)
    #expect(line.points.map(\.metric) == ["a", "b", "c"])
    #expect(line.points[0].value.isNaN && line.points[1].value == .infinity && line.points[2].value == -.infinity)
  }

  @Test func `columns have the names of the first line`() throws {
    let lines = try read(["step, loss,\"a, b\"", "3,0.5,1e3", "4,,-inf", "", ",nan,2"])
    #expect(
      lines.count == 3 && lines[0] == PointLines.Line(step: 3, points: [point("loss", 0.5), point("a, b", 1000)]))
    #expect(lines[1] == PointLines.Line(step: 4, points: [point("a, b", -.infinity)]))
    #expect(lines[2].step == nil && lines[2].points[0].value.isNaN)
  }

  @Test(arguments: [
    (["{"], 1, "it is no JSON object"), (["{}", "[1]"], 2, "it is no JSON object"),
    ([#"{"a": "x"}"#], 1, "'a' takes a number"), ([#"{"a": [1]}"#], 1, "'a' takes a number"),
    ([#"{"step": 1.5}"#], 1, "'step' takes a whole number from 0 on, not 1.5"),
    ([#"{"step": -1}"#], 1, "'step' takes a whole number from 0 on, not -1"),
    ([#"{"step": 1e300}"#], 1, "'step' takes a whole number from 0 on, not 1e+300"),
    ([#"{"": 1}"#], 1, "a metric has no name"), (["a,b", "1"], 2, "it has 1 fields under 2 names"),
    (["a,b", "1,x"], 2, "'b' takes a number, not 'x'"), (["a,a"], 1, "the column 'a' is named twice"),
    (["a", "\"1"], 2, "it is no line of CSV"),
  ])
  func `what is none is named with its line`(lines: [String], line: Int, reason: String) throws {
    let error = #expect(throws: PointLineError.self) { try read(lines) }
    #expect(error == PointLineError(line: line, reason: reason))
  }
}
