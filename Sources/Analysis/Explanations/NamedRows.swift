import Formats

/// The frame of a picture with a named row for each column, and a common axis below them.
struct NamedRows {
  let title: String
  let axis: String
  let names: [String]
  let rowHeight: Double
  let width: Double
  /// Room above the rows, below the title.
  var head = 0.0
  private(set) var scale: Axis

  private static let titleSize = 16.0, textSize = 12.0
  private var left: Double {
    24 + min(width * 0.3, (names.map { TextMeasure.width($0, size: Self.textSize) }.max() ?? 0) + 10)
  }
  private var right: Double { width - 28 }
  private var top: Double { (title.isEmpty ? 12 : 44) + head }
  private var bottom: Double { top + rowHeight * Double(max(1, names.count)) }

  init(
    title: String, axis: String, names: [String], rowHeight: Double, width: Double, head: Double = 0,
    covering values: [Double]
  ) {
    (self.title, self.axis, self.names, self.rowHeight) = (title, axis, names, rowHeight)
    (self.width, self.head) = (width, head)
    scale = Axis(covering: values.filter(\.isFinite), ticks: 6)
  }

  func x(_ value: Double) -> Double { left + min(max(scale.share(value), 0), 1) * (right - left) }
  /// The middle of a row.
  func y(_ row: Int) -> Double { top + (Double(row) + 0.5) * rowHeight }
  var rowsBegin: Double { top }
  var edges: (left: Double, right: Double) { (left, right) }

  /// The sheet with title, names, grid and axis.
  var drawing: ChartDrawing {
    var drawing = ChartDrawing(width: width, height: bottom + 52, title: title)
    if !title.isEmpty {
      let text = TextMeasure.fitted(title, size: Self.titleSize, into: width - 48)
      drawing.add(.text(text, .init(24, 28), .init(size: Self.titleSize, paint: .ink, isBold: true)))
    }
    for (tick, label) in zip(scale.ticks, scale.labels) {
      let x = x(tick)
      drawing.rule(x, top, x, bottom, .grid)
      drawing.add(
        .text(label, .init(x, bottom + 16), .init(size: Self.textSize, paint: .label, anchor: .middle)))
    }
    for (row, name) in names.enumerated() {
      let text = TextMeasure.fitted(name, size: Self.textSize, into: left - 30)
      drawing.add(.text(text, .init(left - 8, y(row) + 4), .init(size: Self.textSize, paint: .label, anchor: .end)))
    }
    drawing.rule(left, bottom, right, bottom, .rule)
    if scale.low < 0, scale.high > 0 { drawing.rule(x(0), top, x(0), bottom, .rule) }
    let label = TextMeasure.fitted(axis, size: Self.textSize, into: right - left)
    drawing.add(
      .text(label, .init((left + right) / 2, bottom + 38), .init(size: Self.textSize, paint: .soft, anchor: .middle)))
    return drawing
  }
}
