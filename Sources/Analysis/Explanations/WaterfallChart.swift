import Formats

/// From the expected output to that of a row, in a step a column.
package struct WaterfallChart: Sendable {
  package struct Step: Sendable {
    /// `size = 3.2`
    package var name: String
    package var change: Double
    /// Of an estimate.
    package var error: Double?

    package init(name: String, change: Double, error: Double? = nil) {
      (self.name, self.change, self.error) = (name, change, error)
    }
  }

  package var title: String
  package var axis: String
  package var expected: Double
  /// The largest first.
  package var steps: [Step]
  package var total: Double { steps.reduce(expected) { $0 + $1.change } }

  package init(title: String, axis: String, expected: Double, steps: [Step]) {
    (self.title, self.axis, self.expected, self.steps) = (title, axis, expected, steps)
  }

  package func drawing(width: Double = 800) -> ChartDrawing {
    var (levels, level) = ([expected], expected)
    for step in steps {
      level += step.change
      levels.append(level)
    }
    let frame = NamedRows(
      title: title, axis: axis, names: ["expected"] + steps.map(\.name) + ["this row"], rowHeight: 24, width: width,
      covering: levels)
    var drawing = frame.drawing
    func mark(_ value: Double, _ row: Int) {
      let (x, y) = (frame.x(value), frame.y(row))
      drawing.add(.line([.init(x, y - 9), .init(x, y + 9)], width: 3, .ink, dashes: []))
      label(brief(value), x + 7, row)
    }
    func label(_ text: String, _ x: Double, _ row: Int) {
      let width = TextMeasure.width(text, size: 11)
      // To the left of the point where the right edge is near.
      let isLeft = x + width > frame.edges.right + 20
      drawing.add(
        .text(
          text, .init(isLeft ? x - 14 : x, frame.y(row) + 4),
          .init(size: 11, paint: .label, anchor: isLeft ? .end : .start)))
    }
    mark(expected, 0)
    for (place, step) in steps.enumerated() {
      let (from, to, y) = (frame.x(levels[place]), frame.x(levels[place + 1]), frame.y(place + 1))
      drawing.add(
        .line(
          [.init(from, frame.y(place)), .init(from, y)], width: 1, .rule, dashes: [2, 3]))
      drawing.rectangle(min(from, to), y - 7, max(from, to), y + 7, .line(step.change < 0 ? 0 : 1))
      let error = step.error.map { " ± \(brief($0))" } ?? ""
      label((step.change < 0 ? "" : "+") + brief(step.change) + error, max(from, to) + 5, place + 1)
    }
    mark(total, steps.count + 1)
    return drawing
  }
}
