import Foundation
import FoundationXML
import Testing

@testable import Analysis

/// Pictures of explanations, of ordinary and of odd values.
@Suite struct ExplanationChartTests {
  private func svg(_ drawing: ChartDrawing) -> String {
    let text = SVGChart(drawing).text
    #expect(XMLParser(data: Data(text.utf8)).parse())
    #expect(!text.contains("nan") && !text.contains("inf\""))
    return text
  }

  @Test func `bars have their names, in order, and whiskers`() {
    let text = svg(
      IntervalBarChart(
        title: "", axis: "lost",
        bars: [.init(name: "a<b", value: 2, interval: (1.5, 2.5)), .init(name: "c", value: -0.1)]
      ).drawing())
    let (first, second) = (text.range(of: "a&lt;b")!, text.range(of: ">c<")!)
    #expect(first.lowerBound < second.lowerBound)
    #expect(text.components(separatedBy: "stroke-width=\"1.5\"").count == 4)
    _ = svg(IntervalBarChart(title: "none", axis: "", bars: []).drawing())
  }

  @Test func `a point a row is drawn, but for values that are not finite`() {
    let points = [SwarmChart.Point(1, shade: 0), .init(1, shade: nil), .init(.nan, shade: 1), .init(-3, shade: 1)]
    let text = svg(SwarmChart(title: "t", axis: "x", columns: [("a", points)]).drawing())
    #expect(text.components(separatedBy: "<circle").count == 4)
    #expect(text.contains("#9a9a9a") && text.contains("#1e7be0") && text.contains("#e02048"))
  }

  @Test func `a waterfall begins at the expected output and ends at the row's`() {
    let chart = WaterfallChart(
      title: "Row 1", axis: "score", expected: 0.5,
      steps: [.init(name: "a = 1", change: 2), .init(name: "b = 2", change: -1, error: 0.25)])
    #expect(chart.total == 1.5)
    let text = svg(chart.drawing())
    for words in ["expected", "a = 1", "+2", "-1 ± 0.25", "this row", "1.5"] { #expect(text.contains(words)) }
    _ = svg(WaterfallChart(title: "", axis: "", expected: 3, steps: []).drawing())
  }

  @Test func `predictions over one value, and over categories, are drawn`() {
    _ = svg(
      DependenceChart(
        title: "", horizontal: "x", vertical: "y", places: [4], names: nil, mean: [1], curves: [[1], [2]]
      ).drawing())
    let text = svg(
      DependenceChart(
        title: "", horizontal: "x", vertical: "y", places: [0, 1], names: ["wood", "field"], mean: [1, 2], curves: []
      ).drawing())
    #expect(text.contains(">wood<") && text.contains(">field<"))
  }

  @Test func `a tree is written with its branches, and drawn with a box for each node`() {
    let tree = TreeDiagram(
      title: "tree",
      root: .question("a ≤ 1", ["9 rows"], yes: .leaf(["0.5", "4 rows"]), no: .leaf(["1", "5 rows"])))
    #expect(tree.text == "tree\na ≤ 1?  (9 rows)\n├ yes: 0.5, 4 rows\n└ no:  1, 5 rows")
    // The sheet, and three boxes.
    #expect(svg(tree.drawing).components(separatedBy: "<rect").count == 5)
    _ = svg(TreeDiagram(title: "leaf", root: .leaf(["1"])).drawing)
  }

  @Test func `a page holds its pictures and tables, and nothing from elsewhere`() {
    var page = SectionedPage(title: "a & b", explanation: "words")
    page.add("First", [.text("1 < 2"), .table([["x"], ["3"]])])
    page.add("Second", [.picture(TreeDiagram(title: "leaf", root: .leaf(["1"])).drawing)])
    let html = page.html
    #expect(html.contains("<h1>a &amp; b</h1>") && html.contains("<p>1 &lt; 2</p>") && html.contains("<th>x</th>"))
    #expect(html.contains("<h2>Second</h2>") && html.contains("<svg") && !html.contains("<script"))
  }
}
