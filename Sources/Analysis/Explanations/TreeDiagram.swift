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

  private static let boxHeight = 52.0, widestBox = 200.0, gap = (across: 12.0, down: 42.0)
  private static let margin = 24.0, textSize = 12.0

  /// As wide as the longest question, within bounds.
  private static func boxWidth(_ node: Node) -> Double {
    guard case .question(let question, _, let yes, let no) = node else { return 110 }
    // Bold letters are wider.
    let own = 1.22 * TextMeasure.width(question + "?", size: textSize) + 14
    return min(widestBox, max(own, boxWidth(yes), boxWidth(no)))
  }

  package var drawing: ChartDrawing {
    let box = (width: Self.boxWidth(root), height: Self.boxHeight)
    let leaves = Double(Self.leaves(root))
    let width = max(leaves * (box.width + Self.gap.across) - Self.gap.across + 2 * Self.margin, 320)
    let height = 56 + Double(Self.depth(root) + 1) * (box.height + Self.gap.down) - Self.gap.down + Self.margin
    var drawing = ChartDrawing(width: width, height: height, title: title)
    let text = TextMeasure.fitted(title, size: 16, into: width - 2 * Self.margin)
    drawing.add(.text(text, .init(Self.margin, 30), .init(size: 16, paint: .ink, isBold: true)))
    var nextLeaf = 0
    _ = draw(root, box, depth: 0, &nextLeaf, on: &drawing)
    return drawing
  }

  private static func leaves(_ node: Node) -> Int {
    if case .question(_, _, let yes, let no) = node { leaves(yes) + leaves(no) } else { 1 }
  }

  private static func depth(_ node: Node) -> Int {
    if case .question(_, _, let yes, let no) = node { 1 + max(depth(yes), depth(no)) } else { 0 }
  }

  /// Draws a node and what is below it; returns the middle of its box.
  private func draw(
    _ node: Node, _ box: (width: Double, height: Double), depth: Int, _ nextLeaf: inout Int,
    on drawing: inout ChartDrawing
  ) -> Double {
    let top = 56 + Double(depth) * (box.height + Self.gap.down)
    let middle: Double
    let lines: [String]
    switch node {
    case .leaf(let own):
      middle = Self.margin + Double(nextLeaf) * (box.width + Self.gap.across) + box.width / 2
      lines = own
      nextLeaf += 1
    case .question(let question, let facts, let yes, let no):
      let left = draw(yes, box, depth: depth + 1, &nextLeaf, on: &drawing)
      let right = draw(no, box, depth: depth + 1, &nextLeaf, on: &drawing)
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
      let text = TextMeasure.fitted(line, size: place == 0 ? 1.22 * Self.textSize : 11, into: box.width - 10)
      drawing.add(
        .text(
          text, .init(middle, top + 17 + Double(place) * 14.5),
          .init(
            size: place == 0 ? Self.textSize : 11, paint: place == 0 ? .ink : .label, anchor: .middle,
            isBold: place == 0)))
    }
    return middle
  }
}
