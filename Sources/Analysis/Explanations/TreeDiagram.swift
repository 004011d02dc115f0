import Formats

/// A decision tree, to be drawn or written.
package struct TreeDiagram: Sendable {
  package indirect enum Node: Sendable {
    /// Lines of text, the first of which is the value.
    case leaf([String])
    /// The question, more lines, and where one goes with yes and with no.
    case question(String, [String], yes: Node, no: Node)
  }

  package var title: String
  package var root: Node

  package init(title: String, root: Node) { (self.title, self.root) = (title, root) }

  // MARK: Text

  /// Lines that go in with every question.
  package var text: String { ([title] + Self.lines(root, first: "", rest: "")).joined(separator: "\n") }

  private static func lines(_ node: Node, first: String, rest: String) -> [String] {
    switch node {
    case .leaf(let lines): return [first + lines.joined(separator: ", ")]
    case .question(let question, let facts, let yes, let no):
      let head = first + question + "?" + (facts.isEmpty ? "" : "  (\(facts.joined(separator: ", ")))")
      return [head] + lines(yes, first: rest + "├ yes: ", rest: rest + "│      ")
        + lines(no, first: rest + "└ no:  ", rest: rest + "       ")
    }
  }

  // MARK: Picture

  private static let box = (width: 136.0, height: 52.0), gap = (across: 12.0, down: 42.0)
  private static let margin = 24.0

  package var drawing: ChartDrawing {
    let width = max(
      Double(Self.leaves(root)) * (Self.box.width + Self.gap.across) - Self.gap.across + 2 * Self.margin, 320)
    let height = 56 + Double(Self.depth(root) + 1) * (Self.box.height + Self.gap.down) - Self.gap.down + Self.margin
    var drawing = ChartDrawing(width: width, height: height, title: title)
    let text = TextMeasure.fitted(title, size: 16, into: width - 2 * Self.margin)
    drawing.add(.text(text, .init(Self.margin, 30), .init(size: 16, paint: .ink, isBold: true)))
    var nextLeaf = 0
    _ = draw(root, depth: 0, &nextLeaf, on: &drawing)
    return drawing
  }

  private static func leaves(_ node: Node) -> Int {
    if case .question(_, _, let yes, let no) = node { leaves(yes) + leaves(no) } else { 1 }
  }

  private static func depth(_ node: Node) -> Int {
    if case .question(_, _, let yes, let no) = node { 1 + max(depth(yes), depth(no)) } else { 0 }
  }

  /// Draws a node and what is below it; returns the middle of its box.
  private func draw(_ node: Node, depth: Int, _ nextLeaf: inout Int, on drawing: inout ChartDrawing) -> Double {
    let (box, top) = (Self.box, 56 + Double(depth) * (Self.box.height + Self.gap.down))
    let middle: Double
    let lines: [String]
    switch node {
    case .leaf(let own):
      middle = Self.margin + Double(nextLeaf) * (box.width + Self.gap.across) + box.width / 2
      lines = own
      nextLeaf += 1
    case .question(let question, let facts, let yes, let no):
      let left = draw(yes, depth: depth + 1, &nextLeaf, on: &drawing)
      let right = draw(no, depth: depth + 1, &nextLeaf, on: &drawing)
      middle = (left + right) / 2
      lines = [question + "?"] + facts
      for (child, word) in [(left, "yes"), (right, "no")] {
        let (from, to) = (top + box.height, top + box.height + Self.gap.down)
        drawing.add(.line([.init(middle, from), .init(child, to)], width: 1.2, .rule, dashes: []))
        let place = ChartDrawing.Point(middle + (child - middle) * 0.55, from + (to - from) * 0.5)
        drawing.add(
          .text(
            word, .init(place.x + (child < middle ? -5 : 5), place.y),
            .init(size: 10.5, paint: .soft, anchor: child < middle ? .end : .start)))
      }
    }
    let left = middle - box.width / 2
    if case .leaf = node {
      drawing.rectangle(left, top, left + box.width, top + box.height, .line(2), opacity: 0.16)
    } else {
      drawing.rectangle(left, top, left + box.width, top + box.height, .line(0), opacity: 0.12)
    }
    for (place, line) in lines.prefix(3).enumerated() {
      let text = TextMeasure.fitted(line, size: place == 0 ? 12 : 11, into: box.width - 10)
      drawing.add(
        .text(
          text, .init(middle, top + 17 + Double(place) * 14.5),
          .init(
            size: place == 0 ? 12 : 11, paint: place == 0 ? .ink : .label, anchor: .middle, isBold: place == 0)))
    }
    return middle
  }
}
