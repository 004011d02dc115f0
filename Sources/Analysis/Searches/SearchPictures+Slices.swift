import Formats
import Settings
import Tuning

extension SearchPictures {
  /// The score over each setting, a panel each; later trials are darker.
  package func slices(width: Double = 800, panelHeight: Double = 200) -> ChartDrawing {
    let columns = max(1, min(3, space.parameters.count))
    let rows = (space.parameters.count + columns - 1) / columns
    let (head, panelWidth) = (56.0, (width - 40) / Double(columns))
    var drawing = ChartDrawing(
      width: width, height: head + Double(rows) * panelHeight + 8, title: "Score over each setting")
    drawing.heading("Score over each setting", width: width)
    drawing.add(.text("earlier", .init(width - 156, 28), .init(size: 11, paint: .soft, anchor: .end)))
    for step in 0..<40 {
      let x = width - 150 + 2 * Double(step)
      drawing.rectangle(x, 20, x + 2.2, 28, Self.agePaint(Double(step) / 39))
    }
    drawing.add(.text("later", .init(width - 28, 28), .init(size: 11, paint: .soft, anchor: .end)))
    let up = scoreAxis
    let last = Double(max(1, trials.last?.number ?? 1))
    for (index, parameter) in space.parameters.enumerated() {
      let left = 20 + Double(index % columns) * panelWidth
      let top = head + Double(index / columns) * panelHeight
      let plot = PlotArea(left: left + 58, top: top, right: left + panelWidth - 14, bottom: top + panelHeight - 46)
      plot.drawScores(up, named: index % columns == 0 ? metric : "", on: &drawing)
      let axis = SettingAxis(parameter, values: values(of: parameter), ticks: 3)
      draw(axis, in: plot, on: &drawing)
      for point in scored {
        guard let value = point.trial.values[parameter.name], let share = axis.share(value) else { continue }
        let paint = point.isFinished ? Self.agePaint(Double(point.trial.number) / last) : Self.prunedPaint
        // Where values are few, trials beside each other.
        let aside = axis.ticks.count <= 12 && !parameter.isContinuous ? Self.aside(point.trial.number) : 0
        plot.draw(point.score, up, plot.x(share) + aside, paint, on: &drawing)
      }
    }
    return drawing
  }

  func values(of parameter: SearchParameter) -> [HyperparameterValue] {
    trials.compactMap { $0.values[parameter.name] }
  }

  /// Some pixels to the left or right, spread evenly by the golden ratio.
  private static func aside(_ number: Int) -> Double {
    ((Double(number) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) - 0.5) * 14
  }

  private func draw(_ axis: SettingAxis, in plot: PlotArea, on drawing: inout ChartDrawing) {
    var lastEnd = -Double.infinity
    for (share, label) in axis.ticks {
      let text = TextMeasure.fitted(label, size: 11, into: 80)
      let (x, half) = (plot.x(share), TextMeasure.width(text, size: 11) / 2)
      drawing.rule(x, plot.bottom, x, plot.bottom + 4, .rule)
      if x - half < lastEnd + 5 { continue }
      lastEnd = x + half
      drawing.add(.text(text, .init(x, plot.bottom + 16), .init(size: 11, paint: .label, anchor: .middle)))
    }
    let name = TextMeasure.fitted(axis.name, size: 12, into: plot.right - plot.left)
    drawing.add(
      .text(name, .init(plot.x(0.5), plot.bottom + 32), .init(size: 12, paint: .ink, anchor: .middle, isBold: true)))
  }

  /// From light to dark blue.
  private static func agePaint(_ share: Double) -> Paint {
    func mixed(_ a: Double, _ b: Double) -> UInt32 { UInt32(a + (b - a) * min(max(share, 0), 1)) }
    return .custom(ChartColour(mixed(0xB4, 0x08) << 16 | mixed(0xD2, 0x30) << 8 | mixed(0xEE, 0x6B)))
  }
}

extension SearchParameter {
  fileprivate var isContinuous: Bool {
    switch range {
    case .real(_, _, _, let steps): steps == nil
    case .integer: range.count.map { $0 > 12 } ?? true
    case .choice, .widths: false
    }
  }
}
