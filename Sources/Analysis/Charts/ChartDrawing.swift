import Tracker

/// A chart laid out: shapes on a sheet of pixels, y downwards, later ones over earlier ones.
///
/// Every format that pictures are written in is a painter of this.
package struct ChartDrawing: Sendable {
  package struct Point: Sendable, Hashable {
    package var x, y: Double

    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// Where a text lies from its point.
  package enum Anchor: Sendable { case start, middle, end }

  /// How a text is written.
  package struct Lettering: Sendable {
    package var size: Double
    package var paint: Paint
    package var anchor = Anchor.start
    package var isBold = false
    /// Turned to read from below.
    package var isUpright = false
  }

  package enum Shape: Sendable {
    /// Filled, `opacity` 0 to 1.
    case polygon([Point], Paint, opacity: Double)
    /// A line with round joints; `dashes`: the lengths of ink and gaps in turns, empty for a whole line.
    case line([Point], width: Double, Paint, dashes: [Double])
    case circle(Point, radius: Double, Paint)
    /// From a point on its baseline.
    case text(String, Point, Lettering)
    /// A cross or triangle at a point; `note`: what it stands for.
    case mark(OffAxisValue.Mark, Point, Paint, note: String)
  }

  package let width, height: Double
  /// What the picture is of.
  package private(set) var title: String
  package private(set) var shapes: [Shape] = []

  init(width: Double, height: Double, title: String) {
    (self.width, self.height, self.title) = (width, height, title)
    rectangle(0, 0, width, height, .paper)
  }

  /// Said to be of something else than what is written on it.
  func titled(_ title: String) -> ChartDrawing {
    var drawing = self
    drawing.title = title
    return drawing
  }

  // MARK: Adding shapes

  mutating func add(_ shape: Shape) { shapes.append(shape) }

  mutating func rectangle(
    _ left: Double, _ top: Double, _ right: Double, _ bottom: Double, _ paint: Paint, opacity: Double = 1
  ) {
    let corners = [Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)]
    add(.polygon(corners, paint, opacity: opacity))
  }

  mutating func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ paint: Paint) {
    add(.line([Point(x1, y1), Point(x2, y2)], width: 1, paint, dashes: []))
  }

  /// Half the width of a mark.
  package static let markReach = 4.0

  /// The corners of a triangle, or the ends of a cross's two lines.
  package static func outline(of mark: OffAxisValue.Mark, at point: Point) -> [[Point]] {
    let (x, y, r) = (point.x, point.y, markReach)
    switch mark {
    case .cross: return [[Point(x - r, y - r), Point(x + r, y + r)], [Point(x - r, y + r), Point(x + r, y - r)]]
    case .up: return [[Point(x - r, y + r), Point(x + r, y + r), Point(x, y - r)]]
    case .down: return [[Point(x - r, y - r), Point(x + r, y - r), Point(x, y + r)]]
    }
  }
}
