import Formats
import Telemetry

/// A figure as an SVG document.
package struct SVGChart: Sendable {
  /// The SVG document.
  package let text: String

  /// `width` and `height` in pixels; nil for what suits the panels. The height is greater where legend and panels need more.
  ///
  /// - Precondition: `width` and `height` are at least 200.
  package init(_ figure: ChartFigure, width: Int? = nil, height: Int? = nil) {
    text = SVGPainter.document(ChartDrawing(figure, width: width, height: height))
  }

  package init(_ curve: LearningCurve, width: Int? = nil, height: Int? = nil) {
    self.init(ChartFigure(curve), width: width, height: height)
  }

  package init(_ drawing: ChartDrawing) { text = SVGPainter.document(drawing) }

  /// A figure as an element of a page, which `styleSheet` paints: no element has a style of its own.
  package static func element(_ figure: ChartFigure, width: Int? = nil) -> String {
    SVGPainter.element(ChartDrawing(figure, width: width))
  }

  package static func element(_ drawing: ChartDrawing) -> String { SVGPainter.element(drawing) }

  /// The colours of elements, in light and in dark.
  package static var styleSheet: String {
    SVGPainter.classes(.light) + "\n@media (prefers-color-scheme:dark){\n\(SVGPainter.classes(.dark))\n}\n"
  }

  /// `shape`: the sheet's size and title.
  package init(_ chart: HistogramChart, _ shape: HistogramChart.Sheet = .init()) {
    text = SVGPainter.document(ChartDrawing(chart, shape))
  }
}

extension ChartDrawing {
  package init(_ figure: ChartFigure, width: Int? = nil, height: Int? = nil) {
    precondition((width ?? 200) >= 200 && (height ?? 200) >= 200, "a picture is at least 200 × 200 pixels")
    self = FigureLayout(figure, width: width, height: height).drawing
  }
}

/// Writes drawings as SVG elements.
enum SVGPainter {
  private static let font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

  static func document(_ drawing: ChartDrawing) -> String {
    let size = "width=\"\(number(drawing.width))\" height=\"\(number(drawing.height))\""
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(frame(of: drawing))>\n"
      + "<title>\(drawing.title.escapedForXML)</title>\n"
      + drawing.shapes.map { element($0, isStyled: false) }.joined(separator: "\n") + "\n</svg>\n"
  }

  /// An element of a page, whose style sheet gives the colours: see `classes`.
  static func element(_ drawing: ChartDrawing) -> String {
    "<svg width=\"\(number(drawing.width))\" \(frame(of: drawing)) "
      + "aria-label=\"\(drawing.title.escapedForXML)\">\n"
      + drawing.shapes.map { element($0, isStyled: true) }.joined(separator: "\n") + "\n</svg>"
  }

  /// The rules that paint a page's drawings in a theme.
  static func classes(_ theme: ChartTheme) -> String {
    let paints: [Paint] =
      [.paper, .ink, .label, .soft, .rule, .grid] + (0..<ChartTheme.lineColours).map { Paint.line($0) }
    return paints.map { paint in
      let (name, colour) = (className(paint) ?? "", theme.colour(paint).hexadecimal)
      return ".\(name){fill:\(colour)}.\(name).s{fill:none;stroke:\(colour)}"
    }.joined(separator: "\n")
  }

  private static func frame(of drawing: ChartDrawing) -> String {
    "viewBox=\"0 0 \(number(drawing.width)) \(number(drawing.height))\" role=\"img\" font-family=\"\(font)\""
  }

  private static func element(_ shape: ChartDrawing.Shape, isStyled: Bool) -> String {
    switch shape {
    case .polygon(let points, let paint, let opacity):
      let opacity = opacity < 1 ? " fill-opacity=\"\(number(opacity))\"" : ""
      return rectangle(points).map { "<rect \($0) \(fill(paint, isStyled))\(opacity)/>" }
        ?? "<polygon points=\"\(list(points))\" \(fill(paint, isStyled))\(opacity)/>"
    case .line(let points, let width, let paint, let dashes):
      let dashes = dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes.map(number).joined(separator: " "))\""
      let style = "\(stroke(paint, isStyled)) stroke-width=\"\(number(width))\" stroke-linejoin=\"round\"\(dashes)"
      if points.count == 2 {
        let (a, b) = (points[0], points[1])
        let ends = "x1=\"\(number(a.x))\" y1=\"\(number(a.y))\" x2=\"\(number(b.x))\" y2=\"\(number(b.y))\""
        return "<line \(ends) \(style)/>"
      }
      return "<polyline points=\"\(list(points))\" fill=\"none\" \(style)/>"
    case .circle(let centre, let radius, let paint):
      return "<circle cx=\"\(number(centre.x))\" cy=\"\(number(centre.y))\" r=\"\(number(radius))\" "
        + "\(fill(paint, isStyled))/>"
    case .text(let text, let place, let lettering):
      let anchor = ["start", "middle", "end"][lettering.anchor == .start ? 0 : lettering.anchor == .middle ? 1 : 2]
      let (x, y) = (number(place.x), number(place.y))
      let position = lettering.isUpright ? "transform=\"translate(\(x) \(y)) rotate(-90)\"" : "x=\"\(x)\" y=\"\(y)\""
      return "<text \(position) font-size=\"\(number(lettering.size))\" \(fill(lettering.paint, isStyled)) "
        + "text-anchor=\"\(anchor)\"\(lettering.isBold ? " font-weight=\"600\"" : "")>\(text.escapedForXML)</text>"
    case .mark(let mark, let point, let paint, let note):
      let path = ChartDrawing.outline(of: mark, at: point).map { line in
        "M" + line.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L") + (mark == .cross ? "" : "Z")
      }.joined()
      let style = mark == .cross ? "\(stroke(paint, isStyled)) stroke-width=\"2\" fill=\"none\"" : fill(paint, isStyled)
      return "<path d=\"\(path)\" \(style)><title>\(note.escapedForXML)</title></path>"
    }
  }

  /// The attributes of a rectangle that lies straight; nil for any other polygon.
  private static func rectangle(_ points: [ChartDrawing.Point]) -> String? {
    guard points.count == 4, points[0].y == points[1].y, points[1].x == points[2].x, points[2].y == points[3].y,
      points[3].x == points[0].x, points[0].x <= points[1].x, points[0].y <= points[3].y
    else { return nil }
    let (width, height) = (points[1].x - points[0].x, points[3].y - points[0].y)
    return "x=\"\(number(points[0].x))\" y=\"\(number(points[0].y))\" width=\"\(number(width))\" "
      + "height=\"\(number(height))\""
  }

  private static func fill(_ paint: Paint, _ isStyled: Bool) -> String {
    if isStyled, let name = className(paint) { return "class=\"\(name)\"" }
    return "fill=\"\(ChartTheme.light.colour(paint).hexadecimal)\""
  }

  private static func stroke(_ paint: Paint, _ isStyled: Bool) -> String {
    if isStyled, let name = className(paint) { return "class=\"\(name) s\"" }
    return "stroke=\"\(ChartTheme.light.colour(paint).hexadecimal)\""
  }

  /// nil for colours that no theme changes.
  private static func className(_ paint: Paint) -> String? {
    switch paint {
    case .paper: "paper"
    case .ink: "ink"
    case .label: "label"
    case .soft: "soft"
    case .rule: "rule"
    case .grid: "grid"
    case .line(let index): "l\(index % ChartTheme.lineColours)"
    case .custom: nil
    }
  }

  private static func list(_ points: [ChartDrawing.Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  /// Hundredths of a pixel.
  private static func number(_ value: Double) -> String { shortest((value * 100).rounded() / 100) }
}
