import Drawing
import Tracker

/// A figure as a PNG, by the raster that films use.
///
///     try Data(PNGChart(ChartFigure(curve)).bytes).write(to: URL(fileURLWithPath: "curve.png"))
package struct PNGChart: Sendable {
  package let bytes: [UInt8]
  /// In pixels.
  package let width, height: Int

  /// `width` and `height` as `SVGChart` takes them, with `scale` pixels to each of theirs.
  package init(_ figure: ChartFigure, width: Int? = nil, height: Int? = nil, scale: Int = 2) {
    self.init(ChartDrawing(figure, width: width, height: height), scale: scale)
  }

  /// `sheet`: the size in units of `scale` pixels, and the title.
  package init(_ chart: HistogramChart, _ sheet: HistogramChart.Sheet = .init(), scale: Int = 2) {
    self.init(ChartDrawing(chart, sheet), scale: scale)
  }

  package init(_ drawing: ChartDrawing, scale: Int) {
    precondition(scale >= 1, "a PNG has whole pixels")
    let canvas = Canvas(drawing, scale: Double(scale))
    (width, height) = (canvas.width, canvas.height)
    // 96 of the drawing's units are an inch.
    bytes =
      PNGImage(
        canvas.pixels, width: width, height: height, pixelsPerMetre: Int((96 * Double(scale) / 0.0254).rounded())
      ).bytes
  }
}

extension Canvas {
  init(_ drawing: ChartDrawing, scale: Double) {
    self.init(
      width: Int((drawing.width * scale).rounded(.up)), height: Int((drawing.height * scale).rounded(.up)), .paper)
    for shape in drawing.shapes { paint(shape, scale: scale) }
  }

  private mutating func paint(_ shape: ChartDrawing.Shape, scale: Double) {
    func scaled(_ point: ChartDrawing.Point) -> Scene.Point { Scene.Point(point.x * scale, point.y * scale) }
    switch shape {
    case .polygon(let points, let paint, let opacity):
      fill(points.map(scaled), Scene.Colour(paint), opacity: opacity)
    case .line(let points, let width, let paint, let dashes):
      let parts = Dashes(dashes.map { $0 * scale }).cut(points.map { crisp(scaled($0), width * scale, points.count) })
      stroke(parts, width: width * scale, Scene.Colour(paint))
    case .circle(let centre, let radius, let paint):
      stroke([[scaled(centre)]], width: 2 * radius * scale, Scene.Colour(paint))
    case .text(let text, let place, let lettering):
      let share: Double =
        switch lettering.anchor {
        case .start: 0
        case .middle: 0.5
        case .end: 1
        }
      paint(
        text, at: scaled(place), share: share, size: lettering.size * scale, isBold: lettering.isBold,
        isUpright: lettering.isUpright, Scene.Colour(lettering.paint))
    case .mark(let mark, let point, let paint, _):
      let outline = ChartDrawing.outline(of: mark, at: point).map { $0.map(scaled) }
      if mark == .cross {
        stroke(outline, width: 2 * scale, Scene.Colour(paint))
      } else {
        for triangle in outline { fill(triangle, Scene.Colour(paint)) }
      }
    }
  }

  /// Ends of thin straight rules lie between or in the middle of pixels, so that they are not blurred.
  private func crisp(_ point: Scene.Point, _ width: Double, _ count: Int) -> Scene.Point {
    guard count == 2, width <= 2.5 else { return point }
    let half = Int(width.rounded()).isMultiple(of: 2) ? 0 : 0.5
    return Scene.Point((point.x - half).rounded() + half, (point.y - half).rounded() + half)
  }
}

/// Lengths of ink and gaps in turns.
private struct Dashes {
  private let lengths: [Double]

  init(_ lengths: [Double]) { self.lengths = lengths }

  func cut(_ points: [Scene.Point]) -> [[Scene.Point]] {
    guard lengths.count > 1, lengths.reduce(0, +) > 0.1 else { return [points] }
    var parts: [[Scene.Point]] = []
    var part = points.first.map { [$0] } ?? []
    var (turn, left) = (0, lengths[0])
    for (from, to) in zip(points, points.dropFirst()) {
      let (across, down) = (to.x - from.x, to.y - from.y)
      let length = (across * across + down * down).squareRoot()
      var place = 0.0
      while length - place > left {
        place += left
        let point = Scene.Point(from.x + across * place / length, from.y + down * place / length)
        if turn.isMultiple(of: 2) {
          parts.append(part + [point])
          part = []
        } else {
          part = [point]
        }
        turn += 1
        left = lengths[turn % lengths.count]
      }
      left -= length - place
      if turn.isMultiple(of: 2) { part.append(to) }
    }
    if part.count > 1 { parts.append(part) }
    return parts
  }
}

extension Scene.Colour {
  fileprivate init(_ paint: Paint) { self.init(ChartTheme.light.colour(paint).code) }
}
