import Formats
import Tuning

extension SearchPictures {
  /// The score of each trial, and the best so far.
  package func history(width: Double = 800, height: Double = 340) -> ChartDrawing {
    var drawing = ChartDrawing(width: width, height: height, title: "History of the search")
    drawing.heading("History of the search", width: width)
    let plot = PlotArea(left: 76, top: 62, right: width - 28, bottom: height - 56)
    let up = scoreAxis
    plot.drawScores(up, named: metric, on: &drawing)
    let last = Double(max(1, trials.last?.number ?? 1))
    let across = Axis(covering: [0, last], ticks: max(2, Int(width / 110)), extends: false)
    for (tick, label) in zip(across.ticks, across.labels) {
      let x = plot.x(across.share(tick))
      drawing.rule(x, plot.bottom, x, plot.bottom + 4, .rule)
      drawing.add(.text(label, .init(x, plot.bottom + 18), .init(size: 12, paint: .label, anchor: .middle)))
    }
    drawing.add(
      .text("trial", .init(plot.x(0.5), height - 14), .init(size: 12, paint: .soft, anchor: .middle)))
    for point in scored {
      let x = plot.x(across.share(Double(point.trial.number)))
      plot.draw(point.score, up, x, point.isFinished ? .line(0) : Self.prunedPaint, on: &drawing)
    }
    for trial in trials where trial.state == .failed {
      let place = ChartDrawing.Point(plot.x(across.share(Double(trial.number))), plot.bottom - 5)
      drawing.add(.mark(.cross, place, .line(1), note: "trial \(trial.number) failed"))
    }
    var line: [ChartDrawing.Point] = []
    for best in bests {
      let (x, y) = (plot.x(across.share(Double(best.number))), plot.y(up.share(best.score)))
      if let before = line.last { line.append(.init(x, before.y)) }
      line.append(.init(x, y))
    }
    if let end = line.last { line.append(.init(plot.right, end.y)) }
    drawing.add(.line(line, width: 2.5, .line(1), dashes: []))
    drawLegend(on: &drawing, right: plot.right, y: 48)
    return drawing
  }

  static let prunedPaint = Paint.custom(ChartColour(0x9A9A9A))

  /// From the right: what dots, line and crosses are, of those in the picture.
  private func drawLegend(on drawing: inout ChartDrawing, right: Double, y: Double) {
    var x = right
    func entry(_ text: String, _ draw: (ChartDrawing.Point) -> ChartDrawing.Shape) {
      drawing.add(.text(text, .init(x, y), .init(size: 12, paint: .label, anchor: .end)))
      x -= TextMeasure.width(text, size: 12) + 12
      drawing.add(draw(.init(x, y - 4)))
      x -= 20
    }
    if trials.contains(where: { $0.state == .failed }) {
      entry("failed") { .mark(.cross, $0, .line(1), note: "failed") }
    }
    if scored.contains(where: { !$0.isFinished }) { entry("pruned") { .circle($0, radius: 3, Self.prunedPaint) } }
    entry("finished") { .circle($0, radius: 3, .line(0)) }
    entry("best so far") { .line([.init($0.x - 10, $0.y), .init($0.x + 6, $0.y)], width: 2.5, .line(1), dashes: []) }
  }
}

/// The part of a picture that scores are drawn in.
struct PlotArea {
  let left, top, right, bottom: Double

  func x(_ share: Double) -> Double { left + min(max(share, 0), 1) * (right - left) }
  func y(_ share: Double) -> Double { bottom - min(max(share, 0), 1) * (bottom - top) }

  /// The grid and the axis to the left.
  func drawScores(_ axis: Axis, named name: String, on drawing: inout ChartDrawing) {
    for (tick, label) in zip(axis.ticks, axis.labels) where axis.share(tick) >= -1e-9 && axis.share(tick) <= 1 + 1e-9 {
      drawing.rule(left, y(axis.share(tick)), right, y(axis.share(tick)), .grid)
      drawing.add(
        .text(label, .init(left - 8, y(axis.share(tick)) + 4), .init(size: 12, paint: .label, anchor: .end)))
    }
    drawing.rule(left, bottom, right, bottom, .rule)
    let side = TextMeasure.fitted(name, size: 12, into: bottom - top)
    drawing.add(
      .text(
        side, .init(left - 52, (top + bottom) / 2), .init(size: 12, paint: .soft, anchor: .middle, isUpright: true)))
  }

  /// A dot; a triangle at the edge for a score beyond the axis.
  func draw(_ score: Double, _ axis: Axis, _ x: Double, _ paint: Paint, on drawing: inout ChartDrawing) {
    let share = axis.share(score)
    let place = ChartDrawing.Point(x, y(share))
    if share < 0 || share > 1 {
      drawing.add(.mark(share > 1 ? .up : .down, place, paint, note: brief(score)))
    } else {
      drawing.add(.circle(place, radius: 3, paint))
    }
  }
}

extension ChartDrawing {
  /// The title at the top left.
  mutating func heading(_ title: String, width: Double) {
    let text = TextMeasure.fitted(title, size: 16, into: width - 48)
    add(.text(text, .init(24, 28), .init(size: 16, paint: .ink, isBold: true)))
  }
}
