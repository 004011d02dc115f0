/// Pixels that shapes are painted on, with smooth edges.
package struct Canvas {
  package let width, height: Int
  /// `0xRRGGBB`, row by row from the top.
  package private(set) var pixels: [UInt32]
  /// How much of each pixel the shape that is being painted covers, 0 ... 1; zero between shapes.
  private var coverage: [Float]

  package init(width: Int, height: Int, _ colour: Scene.Colour) {
    (self.width, self.height) = (width, height)
    pixels = Array(repeating: colour.code, count: width * height)
    coverage = Array(repeating: 0, count: width * height)
  }

  /// A shape in pixels, y downwards.
  package mutating func paint(_ shape: Scene.Shape) {
    switch shape {
    case .polygon(let points, let colour): fill(points, colour)
    case .line(let points, let width, let colour): stroke([points], width: width, colour)
    case .circle(let centre, let radius, let colour): stroke([[centre]], width: 2 * radius, colour)
    case .text(let text, let place, let size, let colour):
      let strokes = StrokeFont.strokes(text, size: size)
      let (x, y) = (place.x - strokes.width / 2, place.y + size * 0.35)
      paint(strokes.lines, at: Scene.Point(x, y), size: size, colour)
    }
  }

  /// A text from its left end on a baseline.
  package mutating func paint(_ text: String, leftAt place: Scene.Point, size: Double, _ colour: Scene.Colour) {
    paint(StrokeFont.strokes(text, size: size).lines, at: place, size: size, colour)
  }

  /// A text that begins at `place` on its baseline where `share` is 0, and ends there where it is 1; turned to read from
  /// below where `isUpright`.
  package mutating func paint(
    _ text: String, at place: Scene.Point, share: Double, size: Double, isBold: Bool, isUpright: Bool,
    _ colour: Scene.Colour
  ) {
    let strokes = StrokeFont.strokes(text, size: size)
    let lines = strokes.lines.map { line in
      line.map { point in
        let (along, down) = (point.x - share * strokes.width, point.y)
        return isUpright
          ? Scene.Point(place.x + down, place.y - along) : Scene.Point(place.x + along, place.y + down)
      }
    }
    stroke(lines, width: max(size * (isBold ? 0.14 : 0.1), 1.1), colour)
  }

  private mutating func paint(_ lines: [[Scene.Point]], at place: Scene.Point, size: Double, _ colour: Scene.Colour) {
    let placed = lines.map { $0.map { Scene.Point($0.x + place.x, $0.y + place.y) } }
    stroke(placed, width: max(size * 0.1, 1.1), colour)
  }

  /// Even-odd, four lines a pixel, with exact ends along each.
  package mutating func fill(_ points: [Scene.Point], _ colour: Scene.Colour, opacity: Double = 1) {
    guard points.count > 2, let box = box(of: points, margin: 0) else { return }
    let lines = 4
    var crossings: [Double] = []
    for row in box.rows {
      for line in 0..<lines {
        let y = Double(row) + (Double(line) + 0.5) / Double(lines)
        crossings.removeAll(keepingCapacity: true)
        var last = points[points.count - 1]
        for point in points {
          if (last.y <= y) != (point.y <= y) {
            crossings.append(last.x + (y - last.y) / (point.y - last.y) * (point.x - last.x))
          }
          last = point
        }
        crossings.sort()
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          cover(row, from: crossings[pair], to: crossings[pair + 1], weight: 1 / Float(lines))
        }
      }
    }
    blend(box, colour, opacity: Float(opacity))
  }

  private mutating func cover(_ row: Int, from left: Double, to right: Double, weight: Float) {
    let (left, right) = (max(left, 0), min(right, Double(width)))
    guard left < right else { return }
    let (first, last) = (Int(left), min(Int(right), width - 1))
    let start = row * width
    if first == last {
      coverage[start + first] += Float(right - left) * weight
      return
    }
    coverage[start + first] += Float(Double(first + 1) - left) * weight
    for column in first + 1..<last { coverage[start + column] += weight }
    coverage[start + last] += Float(right - Double(last)) * weight
  }

  /// Lines with round ends: what lies within half a width of them, all painted as one.
  package mutating func stroke(_ lines: [[Scene.Point]], width: Double, _ colour: Scene.Colour) {
    let reach = width / 2
    guard let whole = box(of: lines.flatMap(\.self), margin: reach + 1) else { return }
    for line in lines {
      for index in line.indices.dropFirst(line.count > 1 ? 1 : 0) {
        let (from, to) = (line[max(index - 1, 0)], line[index])
        guard let box = box(of: [from, to], margin: reach + 1) else { continue }
        let (across, down) = (to.x - from.x, to.y - from.y)
        let square = across * across + down * down
        for row in box.rows {
          for column in box.columns {
            let (x, y) = (Double(column) + 0.5 - from.x, Double(row) + 0.5 - from.y)
            let share = square > 0 ? min(max((x * across + y * down) / square, 0), 1) : 0
            let (dx, dy) = (x - share * across, y - share * down)
            let depth = reach + 0.5 - (dx * dx + dy * dy).squareRoot()
            if depth > 0 {
              let place = row * self.width + column
              coverage[place] = max(coverage[place], Float(min(depth, min(width, 1))))
            }
          }
        }
      }
    }
    blend(whole, colour)
  }

  private mutating func blend(_ box: Box, _ colour: Scene.Colour, opacity: Float = 1) {
    for row in box.rows {
      for place in row * width + box.columns.lowerBound..<row * width + box.columns.upperBound {
        if coverage[place] <= 0 { continue }
        let share = coverage[place] * opacity
        coverage[place] = 0
        if share >= 0.995 {
          pixels[place] = colour.code
        } else {
          // Sixteen steps are enough for an edge and keep the number of colours low.
          pixels[place] = Canvas.mixed(pixels[place], colour.code, sixteenths: UInt32(share * 16 + 0.5))
        }
      }
    }
  }

  private static func mixed(_ under: UInt32, _ over: UInt32, sixteenths share: UInt32) -> UInt32 {
    func channel(_ shift: UInt32) -> UInt32 {
      (((under >> shift & 255) * (16 - share) + (over >> shift & 255) * share + 8) / 16) << shift
    }
    return channel(16) | channel(8) | channel(0)
  }

  private struct Box {
    var columns, rows: Range<Int>
  }

  /// The pixels that points and a margin around them touch; nil where none are on the canvas.
  private func box(of points: [Scene.Point], margin: Double) -> Box? {
    func range(_ values: [Double], _ limit: Int) -> Range<Int>? {
      guard let low = values.min(), let high = values.max(), low.isFinite, high.isFinite else { return nil }
      let first = Int(max(low - margin, 0))
      let end = Int(min((high + margin).rounded(.up), Double(limit)))
      return first < end ? first..<end : nil
    }
    guard let columns = range(points.map(\.x), width), let rows = range(points.map(\.y), height) else { return nil }
    return Box(columns: columns, rows: rows)
  }
}

extension Scene.Colour {
  /// `0xRRGGBB`
  package var code: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }
}
