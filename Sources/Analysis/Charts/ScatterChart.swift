import Formats

/// Two things that are known of runs against each other: a dot a run.
package struct ScatterChart: Sendable {
  /// A value on an axis: a number, or a name that has a place of its own.
  package enum Value: Sendable, Hashable {
    case number(Double)
    case name(String)
  }

  package struct Dot: Sendable, Hashable {
    package var x, y: Value
    /// The number of its colour.
    package var colour: Int

    package init(x: Value, y: Value, colour: Int = 0) { (self.x, self.y, self.colour) = (x, y, colour) }
  }

  /// Names that are shown on an axis at most; more have no place on it.
  private static let nameLimit = 40

  package let horizontal, vertical: String
  /// Where the dots are, in their order; nil for one without a place: NaN, infinite, or ≤ 0 on a logarithmic axis.
  package let places: [ChartDrawing.Point?]
  /// The numbers of the dots' colours.
  package var colours: [Int] { dots.map(\.colour) }
  /// The picture, without dots.
  package let frame: ChartDrawing
  private let dots: [Dot]

  package init(
    _ dots: [Dot], horizontal: String, vertical: String, scales: ChartScales = ChartScales(), width: Double = 960,
    height: Double = 480
  ) {
    (self.dots, self.horizontal, self.vertical) = (dots, horizontal, vertical)
    let across = Scale(dots.map(\.x), ticks: 8, isLogarithmic: scales.isHorizontalLogarithmic)
    let up = Scale(dots.map(\.y), ticks: 6, isLogarithmic: scales.isVerticalLogarithmic)
    let plot = PlotArea(left: 84, top: 20, right: width - 20, bottom: height - 56)
    var drawing = ChartDrawing(width: width, height: height, title: "\(vertical) over \(horizontal)")
    for (share, label) in up.ticks {
      drawing.rule(plot.left, plot.y(share), plot.right, plot.y(share), .grid)
      let text = TextMeasure.fitted(label, size: 12, into: 58)
      drawing.add(.text(text, .init(plot.left - 8, plot.y(share) + 4), .init(size: 12, paint: .label, anchor: .end)))
    }
    for (share, label) in across.ticks {
      drawing.rule(plot.x(share), plot.bottom, plot.x(share), plot.bottom + 4, .rule)
      let room = (plot.right - plot.left) / Double(max(1, across.ticks.count))
      drawing.add(
        .text(
          TextMeasure.fitted(label, size: 12, into: max(30, room - 6)), .init(plot.x(share), plot.bottom + 18),
          .init(size: 12, paint: .label, anchor: .middle)))
    }
    drawing.rule(plot.left, plot.bottom, plot.right, plot.bottom, .rule)
    drawing.add(
      .text(
        TextMeasure.fitted(horizontal, size: 12, into: plot.right - plot.left), .init(plot.x(0.5), height - 14),
        .init(size: 12, paint: .soft, anchor: .middle)))
    drawing.add(
      .text(
        TextMeasure.fitted(vertical, size: 12, into: plot.bottom - plot.top),
        .init(16, (plot.top + plot.bottom) / 2), .init(size: 12, paint: .soft, anchor: .middle, isUpright: true)))
    frame = drawing
    places = dots.map { dot in
      guard let x = across.share(dot.x), let y = up.share(dot.y) else { return nil }
      return ChartDrawing.Point(plot.x(x), plot.y(y))
    }
  }

  /// The picture with its dots.
  package var drawing: ChartDrawing {
    var drawing = frame
    for (dot, place) in zip(dots, places) {
      if let place { drawing.add(.circle(place, radius: 3.5, .line(dot.colour))) }
    }
    return drawing
  }

  /// Numbers on an axis; names where any value is one.
  private struct Scale {
    var ticks: [(share: Double, label: String)]
    private var axis: Axis?
    private var names: [String: Double] = [:]

    init(_ values: [Value], ticks count: Int, isLogarithmic: Bool) {
      let numbers = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
      if numbers.count == values.count {
        let axis = Axis(
          covering: numbers.filter { $0.magnitude <= OffAxisValue.limit }, ticks: count, isLogarithmic: isLogarithmic)
        ticks = zip(axis.ticks, axis.labels).map { (axis.share($0), $1) }
        self.axis = axis
        return
      }
      let all = Set(values.map(Self.name)).sorted().prefix(ScatterChart.nameLimit)
      ticks = all.enumerated().map { ((Double($0) + 0.5) / Double(all.count), $1) }
      for (share, name) in ticks { names[name] = share }
    }

    private static func name(_ value: Value) -> String {
      switch value {
      case .number(let number): shortest(number)
      case .name(let name): name
      }
    }

    func share(_ value: Value) -> Double? {
      guard let axis else { return names[Self.name(value)] }
      guard case .number(let number) = value, number.magnitude <= OffAxisValue.limit else { return nil }
      let share = axis.share(number)
      return share.isFinite ? share : nil
    }
  }
}
