import Testing

@testable import Analysis

struct SectionedPageTests {
  @Test func `lists, steps and code are written as such, and their words are escaped`() {
    var page = SectionedPage(title: "a < b", explanation: "")
    page.add(
      "Parts",
      [
        .lead(["First & foremost."]), .list(["<one>"]), .steps([("Do it.", "It is > 0.")]),
        .code(["rlrun fit a.csv", "rlrun predict latest <b.csv"]),
      ])
    let html = page.html
    for part in [
      "<h1>a &lt; b</h1>", "<p class=\"lead\">First &amp; foremost.</p>", "<ul>\n<li>&lt;one&gt;</li>\n</ul>",
      "<ol>\n<li><strong>Do it.</strong> It is &gt; 0.</li>\n</ol>",
      "<pre><code>rlrun fit a.csv\nrlrun predict latest &lt;b.csv</code></pre>",
    ] {
      #expect(html.contains(part))
    }
  }

  @Test func `a band is drawn behind the mean, and the axis has room for it`() {
    var chart = DependenceChart(
      title: "", horizontal: "rows", vertical: "score", places: [1, 2, 3], names: nil, mean: [1, 2, 3], curves: [])
    let plain = chart.drawing()
    chart.band = ([0.5, 1.5, 2.5], [1.5, 2.5, 9])
    let drawing = chart.drawing()
    #expect(drawing.shapes.count { $0.isPolygon } == plain.shapes.count { $0.isPolygon } + 1)
    guard case .polygon(let corners, _, let opacity)? = drawing.shapes.last(where: \.isPolygon) else { return }
    #expect(corners.count == 6)
    #expect(opacity < 0.5)
    #expect(corners.allSatisfy { (0...drawing.height).contains($0.y) })
  }
}

extension ChartDrawing.Shape {
  fileprivate var isPolygon: Bool { if case .polygon = self { true } else { false } }
}
