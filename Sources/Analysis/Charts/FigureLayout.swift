import Formats
import Telemetry

/// Where everything of a figure lies, in pixels from the upper left corner: title and explanation, panels in a grid,
/// the legend.
struct FigureLayout {
  private let figure: ChartFigure
  private let width: Double
  private let columns: Int
  private let rows: Int
  private let panelHeight: Double
  private let caption: [String]
  private let legend: [LegendEntry]
  private let numbers: [String: Int]

  private struct LegendEntry {
    var x: Double
    var row: Int
    var label: String
    var text: String
  }

  private static let legendRow = 22.0
  private static let edge = 24.0

  /// `width` and `height`: of the whole sheet; nil for what suits the panels.
  init(_ figure: ChartFigure, width: Int?, height: Int?) {
    self.figure = figure
    let count = figure.panels.count
    columns = width.map { max(1, min(count, $0 / 300, 3)) } ?? (count == 1 ? 1 : count == 2 || count == 4 ? 2 : 3)
    rows = (count + columns - 1) / columns
    self.width = width.map(Double.init) ?? (count == 1 ? 800 : Double(columns) * 420)
    let inner = self.width - 2 * Self.edge
    caption = figure.caption.isEmpty ? [] : TextMeasure.wrapped(figure.caption, size: 12, into: inner)
    legend = Self.flow(figure.legend, to: self.width - Self.edge)
    numbers = Dictionary(uniqueKeysWithValues: figure.labels.enumerated().map { ($1, $0) })
    let head = Self.head(figure, caption)
    let foot = Self.foot(legend)
    let usual = count == 1 ? 480 - head : 300
    let given = height.map { [rows] in (Double($0) - head - foot) / Double(rows) }
    panelHeight = max(given ?? usual, 150)
  }

  /// Puts the entries side by side, and on the next row where there is no room.
  private static func flow(_ entries: [(label: String, text: String)], to right: Double) -> [LegendEntry] {
    let texts = entries.map { TextMeasure.fitted($0.text, size: 12.5, into: right - edge - 34) }
    var extents = texts.map { 34 + TextMeasure.width($0, size: 12.5) }
    // In several rows the entries stand below one another.
    if let widest = extents.max(), extents.reduce(0, +) + 18 * Double(extents.count - 1) > right - edge {
      extents = extents.map { _ in widest }
    }
    var (x, row) = (edge, 0)
    return entries.indices.map { index in
      if x > edge, x + extents[index] > right { (x, row) = (edge, row + 1) }
      defer { x += extents[index] + 18 }
      return LegendEntry(x: x, row: row, label: entries[index].label, text: texts[index])
    }
  }

  private static func head(_ figure: ChartFigure, _ caption: [String]) -> Double {
    (figure.title.isEmpty ? 8 : 34) + Double(caption.count) * 18 + 8
  }

  private static func foot(_ legend: [LegendEntry]) -> Double {
    legend.isEmpty ? 8 : Double((legend.last?.row ?? 0) + 1) * legendRow + 10
  }

  var drawing: ChartDrawing {
    let head = Self.head(figure, caption)
    let body = head + Double(rows) * panelHeight
    var drawing = ChartDrawing(width: width, height: body + Self.foot(legend), title: figure.title)
    writeHead(in: &drawing)
    let panelWidth = (width - Self.edge) / Double(columns)
    for (index, panel) in figure.panels.enumerated() {
      let (column, row) = (Double(index % columns), Double(index / columns))
      let frame = PanelLayout.Frame(
        left: Self.edge / 2 + column * panelWidth, top: head + row * panelHeight, width: panelWidth, height: panelHeight
      )
      let layout = PanelLayout(panel, in: frame, paint: paint(of:), dashes: dashes(of:))
      layout.draw(in: &drawing)
    }
    for entry in legend {
      let y = body + 12 + Double(entry.row) * Self.legendRow
      let line = [ChartDrawing.Point(entry.x, y), ChartDrawing.Point(entry.x + 24, y)]
      drawing.add(.line(line, width: 3, paint(of: entry.label), dashes: dashes(of: entry.label)))
      drawing.add(.text(entry.text, .init(entry.x + 32, y + 4), .init(size: 12.5, paint: .label)))
    }
    return drawing
  }

  private func writeHead(in drawing: inout ChartDrawing) {
    var y = 8.0
    if !figure.title.isEmpty {
      // A long title is written smaller, and cut where that is not enough.
      let inner = width - 2 * Self.edge
      let size = max(12, min(17, 17 * inner / TextMeasure.width(figure.title, size: 17)))
      let text = TextMeasure.fitted(figure.title, size: size, into: inner)
      drawing.add(.text(text, .init(Self.edge, 30), .init(size: size, paint: .ink, isBold: true)))
      y = 34
    }
    for (index, line) in caption.enumerated() {
      let place = ChartDrawing.Point(Self.edge, y + 16 + Double(index) * 18)
      drawing.add(.text(line, place, .init(size: 12, paint: .soft)))
    }
  }

  private func paint(of label: String) -> Paint {
    figure.colours[label].map { .custom($0) } ?? .line(numbers[label] ?? 0)
  }

  /// Lines that would have the colour of an earlier one are dashed.
  private func dashes(of label: String) -> [Double] {
    figure.colours[label] == nil ? ChartTheme.dashes(ofLine: numbers[label] ?? 0) : []
  }
}
