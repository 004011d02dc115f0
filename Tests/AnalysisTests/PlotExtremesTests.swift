import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

@Suite struct PlotExtremesTests {
  private func run(_ id: String, _ values: [Double]) -> RunRecord {
    var record = RunRecord(id: id, description: exampleDescription())
    record.series = [
      Series(metric: "x", steps: Array(values.indices), wallTimes: values.map { _ in 0 }, values: values)
    ]
    return record
  }

  @Test func `numbers whose sums overflow break the line and are counted`() throws {
    let huge = Double.greatestFiniteMagnitude
    let curve = LearningCurve(
      of: [run("a", [1, huge, 3]), run("b", [1, huge, 1e300]), run("c", [huge])], metric: "x")
    let group = try #require(curve.groups.first)
    #expect(group.steps == [0, 1, 2])
    #expect(group.means[0] == 1 && group.means[1].isNaN && group.means[2] == 5e299)
    #expect(group.runs == ["a", "b", "c"] && curve.runsWithout.isEmpty)
    #expect(group.offAxis == [.tooHigh: 3])
    let summary = ChartFigure(curve).panels[0].lines[0].summary
    #expect(
      summary
        == "from 1 to 5e+299, at the end 5e+299 (seeds from 3 to 1e+300); "
        + "1 of 3 seeds ends as above 1e300 at step 0; 3 above 1e300 in 3 of 3 seeds")
    #expect(!SVGChart(curve).text.contains("inf"))
    #expect(TerminalChart(curve, width: 60, height: 5).text.contains("3 seeds"))
  }

  @Test(arguments: [
    [0.0], [1e-300, 3e-300], [1e300, -1e300], [.leastNonzeroMagnitude], [1, 1e300], [-1e-9, 1e9], [1e15, 1e15 + 1],
  ]) func `tiny and huge values are drawn within the sheet, on either scale`(values: [Double]) throws {
    let figure = ChartFigure(LearningCurve(of: [run("a", values)], metric: "x"))
    var logarithmic = ChartScales()
    (logarithmic.isVerticalLogarithmic, logarithmic.isHorizontalLogarithmic) = (true, true)
    for figure in [figure, figure.on(logarithmic)] {
      let drawing = ChartDrawing(figure)
      for shape in drawing.shapes {
        let points: [ChartDrawing.Point] =
          switch shape {
          case .polygon(let points, _, _), .line(let points, _, _, _): points
          case .circle(let point, _, _), .text(_, let point, _), .mark(_, let point, _, _): [point]
          }
        #expect(points.allSatisfy { (0...drawing.width).contains($0.x) && (0...drawing.height).contains($0.y) })
      }
      #expect(!TerminalChart(figure, width: 40, height: 6).text.contains("nan"))
    }
  }
}
