import Formats

/// A number over the values of another, as predictions over those of a column: a thick line for the mean, a thin one for each of
/// some rows, a band for an interval.
package struct DependenceChart: Sendable {
  package var title: String
  package var horizontal: String
  package var vertical: String
  /// Ascending numbers; for categories their places from 0.
  package var places: [Double]
  /// The names of categories or dates, of each place; nil for numbers.
  package var names: [String]?
  package var mean: [Double]
  package var curves: [[Double]]
  /// The ends of the interval around each mean; nil for none.
  package var band: (lows: [Double], highs: [Double])?

  package init(
    title: String, horizontal: String, vertical: String, places: [Double], names: [String]?, mean: [Double],
    curves: [[Double]]
  ) {
    (self.title, self.horizontal, self.vertical) = (title, horizontal, vertical)
    (self.places, self.names, self.mean, self.curves) = (places, names, mean, curves)
  }

  package func drawing(width: Double = 800, height: Double = 340) -> ChartDrawing {
    var drawing = ChartDrawing(width: width, height: height, title: title)
    if !title.isEmpty {
      let text = TextMeasure.fitted(title, size: 16, into: width - 48)
      drawing.add(.text(text, .init(24, 28), .init(size: 16, paint: .ink, isBold: true)))
    }
    let (top, bottom, right) = (title.isEmpty ? 14.0 : 46, height - 56, width - 28)
    let up = Axis(
      covering: (mean + curves.flatMap { $0 } + (band.map { $0.lows + $0.highs } ?? [])).filter(\.isFinite), ticks: 5)
    let left = 58 + (up.labels.map { TextMeasure.width($0, size: 12) }.max() ?? 0)
    let across = Axis(covering: places, ticks: max(2, Int(width / 110)), extends: false)
    let room = names == nil ? 0 : min(60, (right - left) / Double(2 * max(1, places.count)))
    func point(_ place: Double, _ value: Double) -> ChartDrawing.Point {
      let share = places.count > 1 ? (place - places[0]) / (places[places.count - 1] - places[0]) : 0.5
      return .init(left + room + share * (right - left - 2 * room), bottom - up.share(value) * (bottom - top))
    }
    for (tick, label) in zip(up.ticks, up.labels) {
      let y = point(places[0], tick).y
      drawing.rule(left, y, right, y, .grid)
      drawing.add(.text(label, .init(left - 8, y + 4), .init(size: 12, paint: .label, anchor: .end)))
    }
    drawing.rule(left, bottom, right, bottom, .rule)
    let ticks = names.map { Array(zip(places, $0)) } ?? Array(zip(across.ticks, across.labels))
    var lastEnd = -Double.infinity
    for (tick, label) in ticks {
      let name = TextMeasure.fitted(
        label, size: 12, into: names == nil || places.count > 8 ? 90 : max(40, 2 * room - 6))
      let x = point(tick, 0).x
      let half = TextMeasure.width(name, size: 12) / 2
      if x - half < lastEnd + 6 { continue }
      lastEnd = x + half
      drawing.rule(x, bottom, x, bottom + 4, .rule)
      drawing.add(.text(name, .init(x, bottom + 18), .init(size: 12, paint: .label, anchor: .middle)))
    }
    if let band {
      let corners = zip(places, band.lows).map(point) + zip(places, band.highs).map(point).reversed()
      drawing.add(.polygon(corners, .line(1), opacity: 0.18))
    }
    for curve in curves {
      drawing.add(.line(zip(places, curve).map(point), width: 0.7, .custom(ChartColour(0xA9B8C6)), dashes: []))
    }
    drawing.add(.line(zip(places, mean).map(point), width: 3, .line(1), dashes: []))
    for (place, value) in zip(places, mean) where names != nil || places.count <= 25 {
      drawing.add(.circle(point(place, value), radius: 3.5, .line(1)))
    }
    let label = TextMeasure.fitted(horizontal, size: 12, into: right - left)
    drawing.add(
      .text(label, .init((left + right) / 2, height - 14), .init(size: 12, paint: .soft, anchor: .middle)))
    let side = TextMeasure.fitted(vertical, size: 12, into: bottom - top)
    drawing.add(
      .text(
        side, .init(24, (top + bottom) / 2), .init(size: 12, paint: .soft, anchor: .middle, isUpright: true)))
    return drawing
  }
}
