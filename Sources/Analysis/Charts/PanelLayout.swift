import Telemetry
import Tracker

/// Where everything of a panel lies.
struct PanelLayout {
  struct Frame {
    var left, top, width, height: Double
  }

  private let chart: LineChart
  private let axes: ChartAxes
  private let frame: Frame
  private let notes: [String]
  private let left, right, top, bottom: Double
  private let paint: (String) -> Paint
  private let dashes: (String) -> [Double]

  /// `paint` and `dashes`: of a line by its label.
  init(
    _ chart: LineChart, in frame: Frame, paint: @escaping (String) -> Paint, dashes: @escaping (String) -> [Double]
  ) {
    self.chart = chart
    self.frame = frame
    self.paint = paint
    self.dashes = dashes
    notes = Self.notes(of: chart, width: frame.width - 24)
    let head = (chart.title.isEmpty ? 6 : 26) + (notes.isEmpty ? 0 : Double(notes.count) * 16 + 6)
    (top, bottom) = (frame.top + head, frame.top + frame.height - 56)
    axes = ChartAxes(
      chart, horizontalTicks: max(2, Int(frame.width / 110)), verticalTicks: max(2, Int((bottom - top) / 62)))
    left = frame.left + 46 + (axes.vertical.labels.map { TextMeasure.width($0, size: 12) }.max() ?? 0)
    right = frame.left + frame.width - 22
  }

  /// What lines leave out, three of them at most.
  private static func notes(of chart: LineChart, width: Double) -> [String] {
    let all = chart.lines.filter { !$0.omissions.isEmpty }.map { "\($0.label): \($0.omissions)" }
    let shown = all.count > 3 ? all.prefix(2) + ["and so on, \(all.count) groups"] : all
    return shown.map { TextMeasure.fitted($0, size: 11.5, into: width) }
  }

  func draw(in drawing: inout ChartDrawing) {
    writeHead(in: &drawing)
    drawHorizontalAxis(in: &drawing)
    drawVerticalAxis(in: &drawing)
    // Every band lies under every line.
    for line in chart.lines where line.hasBand { drawBand(of: line, in: &drawing) }
    for line in chart.lines { draw(line, in: &drawing) }
    for line in chart.lines { drawMarks(of: line, in: &drawing) }
  }

  private func writeHead(in drawing: inout ChartDrawing) {
    var y = frame.top + 4
    if !chart.title.isEmpty {
      let text = TextMeasure.fitted(chart.title, size: 13.5, into: frame.width - 24)
      drawing.add(.text(text, .init(frame.left + 12, y + 12), .init(size: 13.5, paint: .ink, isBold: true)))
      y += 20
    }
    for (index, note) in notes.enumerated() {
      drawing.add(
        .text(note, .init(frame.left + 12, y + 9 + Double(index) * 16), .init(size: 11.5, paint: .soft)))
    }
  }

  private func drawHorizontalAxis(in drawing: inout ChartDrawing) {
    var free = frame.left
    for (tick, words) in zip(axes.horizontal.ticks, axes.horizontal.labels) {
      let x = place(step: tick)
      drawing.rule(x, top, x, bottom, .grid)
      drawing.rule(x, bottom, x, bottom + 5, .rule)
      let half = TextMeasure.width(words, size: 12) / 2
      if x - half < free { continue }
      free = x + half + 6
      drawing.add(.text(words, .init(x, bottom + 20), .init(size: 12, paint: .label, anchor: .middle)))
    }
    drawing.rule(left, bottom, right, bottom, .rule)
    let text = TextMeasure.fitted(chart.horizontal, size: 13, into: right - left)
    drawing.add(
      .text(text, .init((left + right) / 2, bottom + 42), .init(size: 13, paint: .label, anchor: .middle)))
  }

  private func drawVerticalAxis(in drawing: inout ChartDrawing) {
    for (tick, words) in zip(axes.vertical.ticks, axes.vertical.labels) {
      let y = place(value: tick)
      if y < bottom - 0.5 { drawing.rule(left, y, right, y, .grid) }
      drawing.add(.text(words, .init(left - 9, y + 4), .init(size: 12, paint: .label, anchor: .end)))
    }
    let text = TextMeasure.fitted(chart.vertical, size: 13, into: bottom - top + 40)
    drawing.add(
      .text(
        text, .init(frame.left + 20, (top + bottom) / 2),
        .init(size: 13, paint: .label, anchor: .middle, isUpright: true)))
  }

  private func drawBand(of line: LineChart.Line, in drawing: inout ChartDrawing) {
    for stretch in line.stretches where stretch.count > 1 {
      let upper = stretch.map { point(line.steps[$0], line.highs[$0]) }
      let lower = stretch.reversed().map { point(line.steps[$0], line.lows[$0]) }
      let outline = Clipping.polygon(upper + lower, from: top, to: bottom)
      if outline.count > 2 { drawing.add(.polygon(outline, paint(line.label), opacity: 0.18)) }
    }
  }

  /// A line for each stretch; a dot for a single point, with a bar for the interval where that is all there is.
  private func draw(_ line: LineChart.Line, in drawing: inout ChartDrawing) {
    let paint = paint(line.label)
    for stretch in line.stretches {
      let points = stretch.map { point(line.steps[$0], line.means[$0]) }
      if points.count > 1 {
        for part in Clipping.line(points, from: top, to: bottom) {
          drawing.add(.line(part, width: 2, paint, dashes: dashes(line.label)))
        }
        continue
      }
      let index = stretch.lowerBound
      if line.hasBand {
        let bar = [point(line.steps[index], line.lows[index]), point(line.steps[index], line.highs[index])]
        for part in Clipping.line(bar, from: top, to: bottom) {
          drawing.add(.line(part, width: 2, paint, dashes: []))
        }
      }
      let isAlone = line.steps.count == 1
      if (top - 0.5...bottom + 0.5).contains(points[0].y) {
        drawing.add(.circle(points[0], radius: isAlone ? 4.5 : 2.5, paint))
      }
    }
  }

  /// One for each way and a few pixels.
  private func drawMarks(of line: LineChart.Line, in drawing: inout ChartDrawing) {
    var last: [OffAxisValue.Mark: Double] = [:]
    for mark in line.marks {
      let shape = mark.value.mark
      let x = place(step: mark.step)
      guard x.isFinite, x - (last[shape] ?? -.infinity) >= 2 * ChartDrawing.markReach else { continue }
      last[shape] = x
      let y = shape == .up ? top + ChartDrawing.markReach : bottom - ChartDrawing.markReach
      drawing.add(.mark(shape, .init(x, y), paint(line.label), note: "\(line.label): \(mark.note)"))
    }
  }

  private func point(_ step: Double, _ value: Double) -> ChartDrawing.Point {
    ChartDrawing.Point(place(step: step), place(value: value))
  }

  private func place(step: Double) -> Double { left + axes.horizontal.share(step) * (right - left) }

  /// Within a few heights of the panel, so that what lies far outside can be reckoned with.
  private func place(value: Double) -> Double {
    bottom - min(max(axes.vertical.share(value), -1e4), 1e4) * (bottom - top)
  }
}

/// What of a shape lies between two heights.
enum Clipping {
  typealias Point = ChartDrawing.Point

  /// The parts of a line.
  static func line(_ points: [Point], from top: Double, to bottom: Double) -> [[Point]] {
    // Rounding at the ends is no reason to cut.
    let (top, bottom) = (top - 0.01, bottom + 0.01)
    if points.allSatisfy({ $0.y >= top && $0.y <= bottom }) { return [points] }
    var parts: [[Point]] = []
    var part: [Point] = []
    for (a, b) in zip(points, points.dropFirst()) {
      var (start, end) = (0.0, 1.0)
      let rise = b.y - a.y
      for (limit, isUpper) in [(top, true), (bottom, false)] {
        if (isUpper ? a.y < limit : a.y > limit) { start = max(start, rise == 0 ? 2 : (limit - a.y) / rise) }
        if (isUpper ? b.y < limit : b.y > limit) { end = min(end, rise == 0 ? -1 : (limit - a.y) / rise) }
      }
      func at(_ share: Double) -> Point { Point(a.x + share * (b.x - a.x), a.y + share * rise) }
      guard start < end else { continue }
      if part.isEmpty || start > 0 {
        if part.count > 1 { parts.append(part) }
        part = [start > 0 ? at(start) : a]
      }
      part.append(end < 1 ? at(end) : b)
      if end < 1 {
        parts.append(part)
        part = []
      }
    }
    if part.count > 1 { parts.append(part) }
    return parts
  }

  /// A polygon cut at both heights (Sutherland and Hodgman 1974).
  static func polygon(_ points: [Point], from top: Double, to bottom: Double) -> [Point] {
    func cut(_ points: [Point], at limit: Double, keeps: (Double) -> Bool) -> [Point] {
      guard var before = points.last else { return [] }
      if points.allSatisfy({ keeps($0.y) }) { return points }
      var kept: [Point] = []
      for point in points {
        if keeps(point.y) != keeps(before.y) {
          let share = (limit - before.y) / (point.y - before.y)
          kept.append(Point(before.x + share * (point.x - before.x), limit))
        }
        if keeps(point.y) { kept.append(point) }
        before = point
      }
      return kept
    }
    return cut(cut(points, at: top) { $0 >= top - 0.01 }, at: bottom) { $0 <= bottom + 0.01 }
  }
}
