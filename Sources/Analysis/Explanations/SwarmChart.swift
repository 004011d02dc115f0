/// A point for each row of a table beside the name of each column: what the column adds to the row's output, coloured by
/// the column's value.
package struct SwarmChart: Sendable {
  package struct Point: Sendable {
    package var place: Double
    /// From 0, the least value of the column, to 1, the greatest; nil where it is missing.
    package var shade: Double?

    package init(_ place: Double, shade: Double?) { (self.place, self.shade) = (place, shade) }
  }

  package var title: String
  package var axis: String
  package var columns: [(name: String, points: [Point])]

  package init(title: String, axis: String, columns: [(name: String, points: [Point])]) {
    (self.title, self.axis, self.columns) = (title, axis, columns)
  }

  private static let rowHeight = 34.0, radius = 2.2

  package func drawing(width: Double = 800) -> ChartDrawing {
    let frame = NamedRows(
      title: title, axis: axis, names: columns.map(\.name), rowHeight: Self.rowHeight, width: width, head: 22,
      covering: [0] + columns.flatMap { $0.points.map(\.place) })
    var drawing = frame.drawing
    drawLegend(frame, on: &drawing)
    for (row, column) in columns.enumerated() {
      var heights: [Int: Int] = [:]
      for point in column.points.sorted(by: { $0.place < $1.place }) where point.place.isFinite {
        // Points of the same few pixels stand above and below each other.
        let x = frame.x(point.place)
        let bucket = Int((x / (1.6 * Self.radius)).rounded())
        let height = heights[bucket, default: 0]
        heights[bucket] = height + 1
        let most = Self.rowHeight / 2 - Self.radius
        let step = Double((height + 1) / 2) * 1.5 * Self.radius
        let y = frame.y(row) + (height.isMultiple(of: 2) ? 1 : -1) * step.truncatingRemainder(dividingBy: most)
        drawing.add(.circle(.init(x, y), radius: Self.radius, Self.paint(point.shade)))
      }
    }
    return drawing
  }

  private func drawLegend(_ frame: NamedRows, on drawing: inout ChartDrawing) {
    let (right, y) = (frame.edges.right, frame.rowsBegin - 14)
    for step in 0..<40 {
      let x = right - 100 + Double(step) * 1.6
      drawing.rectangle(x, y - 8, x + 1.7, y, Self.paint(Double(step) / 39))
    }
    drawing.add(
      .text("low value of the column", .init(right - 106, y), .init(size: 11, paint: .soft, anchor: .end)))
    drawing.add(.text("high", .init(right, y), .init(size: 11, paint: .soft, anchor: .end)))
  }

  /// From blue by purple to red; grey for a missing value.
  static func paint(_ shade: Double?) -> Paint {
    guard let shade else { return .custom(ChartColour(0x9A9A9A)) }
    let ends: [(Double, Double, Double)] = [(0x1E, 0x7B, 0xE0), (0x8A, 0x4F, 0xB5), (0xE0, 0x20, 0x48)]
    let place = min(max(shade, 0), 1) * 2
    let (from, to) = (ends[min(1, Int(place))], ends[min(1, Int(place)) + 1])
    let share = place - Double(min(1, Int(place)))
    func mixed(_ a: Double, _ b: Double) -> UInt32 { UInt32(a + (b - a) * share) }
    return .custom(
      ChartColour(mixed(from.0, to.0) << 16 | mixed(from.1, to.1) << 8 | mixed(from.2, to.2)))
  }
}
