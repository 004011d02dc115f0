import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

/// Values that have no place on an axis break lines, are marked and counted.
@Suite struct NonFinitePlotTests {
  private func run(_ id: String, _ points: [(Int, Double)], environment: String = "E") -> RunRecord {
    var record = exampleRecord(id, series: [exampleSeries("r", points.map { ($0.0, 0, $0.1) })])
    record.description.target = environment
    return record
  }

  private func figure(_ values: [[Double]]) -> ChartFigure {
    let runs = values.enumerated().map { number, values in run("\(number)", values.enumerated().map { ($0, $1) }) }
    return ChartFigure(LearningCurve(of: runs, metric: "r"))
  }

  private func summary(_ values: [Double]...) -> String { figure(values).panels[0].lines[0].summary }

  @Test func `the line ends before NaN and begins after Inf`() throws {
    let line = figure([[1, 2, .nan, .infinity, 5]]).panels[0].lines[0]
    #expect(line.steps == [0, 1, 2, 3, 4])
    #expect(line.stretches == [0..<2, 4..<5])
    #expect(line.marks.map(\.value) == [.nan, .infinity] && line.marks.map(\.step) == [2, 3])
    #expect(line.summary == "from 1 to 5, at the end 5; 1 NaN, 1 Inf")
  }

  @Test func `a caption says how a line ends, and counts`() {
    #expect(summary([1, 2, 3, .nan]) == "from 1 to 3, ends as NaN at step 3; 1 NaN")
    #expect(summary([1, .infinity, 3, .nan, .nan]) == "from 1 to 3, ends as NaN from step 3 on; 2 NaN, 1 Inf")
    #expect(summary([1, .nan, -.infinity]) == "from 1 to 1, ends as −Inf at step 2; 1 NaN, 1 −Inf")
    #expect(summary([.nan, .nan]) == "no finite value; ends as NaN from step 0 on; 2 NaN")
    #expect(summary([1, 3, 2]) == "from 1 to 3, at the end 2")
  }

  @Test func `of several seeds it says how many, and that the mean is of the others`() throws {
    #expect(
      summary([1, 2, .nan], [3, 4, 5], [5, 6, 7], [7, 8, 9])
        == "from 4 to 7, at the end 7 [5, 9]; 1 of 4 seeds ends as NaN at step 2; 1 NaN in 1 of 4 seeds")
    #expect(
      summary([1, .nan], [3, .infinity])
        == "from 2 to 2, last 2 (seeds from 1 to 3) at step 0; all 2 seeds end as NaN or Inf, the first at step 1; "
        + "1 NaN, 1 Inf in 2 of 2 seeds")
    let figure = figure([[1, .nan, 3], [3, 4, 5]])
    #expect(figure.explanation.hasSuffix("; where seeds are not finite the mean is of the others"))
    let line = figure.panels[0].lines[0]
    #expect(line.means == [2, 4, 4])
    #expect(line.marks.map(\.note) == ["1 of 2 seeds: NaN at step 1"])
  }

  @Test func `a grid coarser than the points still breaks the line where the value is not finite`() throws {
    // One NaN among 100,000 points, between two steps of the grid of 5.
    var values = [Double](repeating: 1, count: 100_000)
    values[30_001] = .nan
    values[80_000] = .infinity
    let curve = LearningCurve(
      of: [run("a", values.enumerated().map { ($0, $1) })], metric: "r", points: 5)
    let group = curve.groups[0]
    #expect(group.gaps.map(\.step) == [30_001, 80_000] && group.gaps.map(\.value) == [.nan, .infinity])
    #expect(group.steps == [0, 24_999.75, 30_001, 49_999.5, 74_999.25, 80_000, 99_999])
    #expect(ChartFigure(curve).panels[0].lines[0].stretches == [0..<2, 3..<5, 6..<7])
    // However many there are, there is one to a kind and space of the grid.
    let bad = LearningCurve(
      of: [run("a", (0..<50_000).map { ($0, $0 % 2 == 0 ? .nan : Double($0)) })], metric: "r", points: 5)
    #expect(bad.groups[0].steps.count <= 10 && bad.groups[0].offAxis == [.nan: 25_000])
  }

  @Test func `smoothing leaves them out and goes on behind them`() throws {
    let curve = LearningCurve(of: [run("a", [(0, 4), (1, .nan), (2, 0)])], metric: "r", smoothing: 0.5)
    let means = curve.groups[0].means
    #expect(means[0] == 4 && means[1].isNaN && abs(means[2] - 4 / 3.0) < 1e-12)
  }

  @Test func `the terminal marks them at the edges, and no dots join what they part`() {
    let figure = figure([[1, 2, .nan, .infinity, -.infinity, 5]])
    let text = TerminalChart(figure, width: 80, height: 6).text
    let rows = text.components(separatedBy: "\n").dropFirst().prefix(6).map { Array($0) }
    #expect(rows.first?.contains("▲") == true)
    #expect(rows.last?.contains("×") == true && rows.last?.contains("▼") == true)
    let cross = rows.last!.firstIndex(of: "×")!
    let down = rows.last!.firstIndex(of: "▼")!
    for row in rows {
      #expect(row.indices.filter { $0 > cross && $0 < down }.allSatisfy { row[$0] == " " || row[$0] == "▲" })
    }
    #expect(text.contains("× NaN, ▲ Inf, ▼ −Inf; one seed, so no interval"))
    #expect(text.contains("1 NaN, 1 Inf, 1 −Inf"))
  }

  @Test func `a picture marks NaN on the baseline and infinities at the edges, within the panel`() throws {
    let drawing = ChartDrawing(figure([[1, 2, .nan, .infinity, -.infinity, 5]]))
    var places: [OffAxisValue.Mark: ChartDrawing.Point] = [:]
    var lines = 0
    for shape in drawing.shapes {
      if case .mark(let mark, let point, _, _) = shape { places[mark] = point }
      if case .line(_, let width, .line(0), _) = shape, width == 2 { lines += 1 }
    }
    let (cross, up, down) = (try #require(places[.cross]), try #require(places[.up]), try #require(places[.down]))
    #expect(cross.x < up.x && up.x < down.x && cross.y == down.y && up.y < cross.y - 200)
    #expect(lines == 1, "1 and 2 are joined; 5 is a dot")
    let texts = drawing.shapes.compactMap { shape -> String? in
      if case .text(let text, _, _) = shape { text } else { nil }
    }
    #expect(texts.contains("ppo: 1 NaN, 1 Inf, 1 −Inf"))
    #expect(texts.contains("one seed, so no interval; × NaN, ▲ Inf, ▼ −Inf"))
  }

  @Test func `marks that would lie on one another are one`() {
    let drawing = ChartDrawing(figure([[1] + [Double](repeating: .nan, count: 5_000) + [2]]))
    let marks = drawing.shapes.count { if case .mark = $0 { true } else { false } }
    #expect(marks > 10 && marks < 120)
  }

  @Test func `nothing but NaN is an empty panel with its marks`() {
    let figure = figure([[.nan, .nan]])
    #expect(SVGChart(figure).text.components(separatedBy: "<path").count == 3)
    #expect(TerminalChart(figure, width: 40, height: 4).text.contains("×"))
  }

  @Test func `a logarithmic axis marks and counts what is not above 0`() {
    var scales = ChartScales()
    scales.isVerticalLogarithmic = true
    scales.isHorizontalLogarithmic = true
    let line = figure([[10, 1, 0, -1, 100]]).on(scales).panels[0].lines[0]
    #expect(line.steps == [1, 2, 3, 4] && line.stretches == [0..<1, 3..<4])
    #expect(line.marks.map(\.value) == [.notPositive, .notPositive])
    #expect(
      line.omissions == "1 point at or before 0 (logarithmic axis), 2 points ≤ 0 (logarithmic axis)")
  }
}
