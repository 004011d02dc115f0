import Formats
import Settings
import Telemetry
import Tuning

extension SearchPictures {
  /// A line for each finished trial through its settings to its score, dashed past those that are not there; the best tenth
  /// in colour, over the others.
  package func parallelCoordinates(
    width: Double = 800, height: Double = 380, title: String = "Settings of the best trials"
  ) -> ChartDrawing {
    var drawing = ChartDrawing(width: width, height: height, title: title)
    drawing.heading(title, width: width)
    let finished = scored.filter(\.isFinished).sorted { direction.prefers($1.score, to: $0.score) }
    let bestCount = max(1, (finished.count + 9) / 10)
    drawing.add(
      .text("the best tenth in colour", .init(width - 28, 28), .init(size: 12, paint: .soft, anchor: .end)))
    let (top, bottom) = (88.0, height - 24)
    let axes = space.parameters.map { SettingAxis($0, values: values(of: $0), ticks: 5) }
    let up = scoreAxis
    let distance = (width - 150) / Double(max(1, axes.count))
    func x(_ index: Int) -> Double { 60 + Double(index) * distance }
    func y(_ share: Double) -> Double { bottom - min(max(share, 0), 1) * (bottom - top) }
    for (place, point) in finished.enumerated() {
      let isBest = place >= finished.count - bestCount
      let paint: Paint = isBest ? .line(place == finished.count - 1 ? 1 : 0) : .custom(ChartColour(0xCBD3DB))
      let width = place == finished.count - 1 ? 2.5 : isBest ? 1.4 : 0.6
      let stops = stops(of: point, axes, up).map { ChartDrawing.Point(x($0.index), y($0.share)) }
      for (from, to) in zip(stops, stops.dropFirst()) {
        let skips = to.x - from.x > 1.5 * distance
        drawing.add(.line([from, to], width: width, paint, dashes: skips ? [4, 3] : []))
      }
    }
    for (index, axis) in axes.enumerated() {
      drawAxis(x(index), axis.name, axis.ticks, room: distance, top, bottom, at: index, y, on: &drawing)
    }
    let ticks = zip(up.ticks, up.labels).map { (share: up.share($0), label: $1) }
    drawAxis(x(axes.count), metric, ticks, room: distance, top, bottom, at: axes.count, y, on: &drawing)
    return drawing
  }

  /// Where a trial's line meets the axes; it leaves out those of settings that are not there.
  private func stops(of point: Scored, _ axes: [SettingAxis], _ up: Axis) -> [(index: Int, share: Double)] {
    var stops: [(index: Int, share: Double)] = []
    for (index, axis) in axes.enumerated() {
      if let share = point.trial.values[axis.name].flatMap({ axis.share($0) }) { stops.append((index, share)) }
    }
    return stops + [(axes.count, up.share(point.score))]
  }

  private func drawAxis(
    _ x: Double, _ name: String, _ ticks: [(share: Double, label: String)], room: Double, _ top: Double,
    _ bottom: Double, at index: Int, _ y: (Double) -> Double, on drawing: inout ChartDrawing
  ) {
    drawing.add(.line([.init(x, top), .init(x, bottom)], width: 1.2, .rule, dashes: []))
    var lastY = Double.infinity
    for (share, label) in ticks where share >= -1e-9 && share <= 1 + 1e-9 {
      if lastY - y(share) < 13 { continue }
      lastY = y(share)
      drawing.rule(x, y(share), x + 4, y(share), .rule)
      let text = TextMeasure.fitted(label, size: 10, into: max(20, room - 12))
      drawing.rectangle(
        x + 5, y(share) - 6, x + 9 + TextMeasure.width(text, size: 10), y(share) + 6, .paper, opacity: 0.7)
      drawing.add(.text(text, .init(x + 7, y(share) + 4), .init(size: 10, paint: .label)))
    }
    // Names in two heights, so that long ones do not meet.
    let text = TextMeasure.fitted(name, size: 11, into: 2 * room - 8)
    drawing.add(
      .text(
        text, .init(x, index.isMultiple(of: 2) ? top - 10 : top - 26),
        .init(size: 11, paint: .ink, anchor: .middle, isBold: true)))
  }
}
