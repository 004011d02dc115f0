/// A drawing of Braille dots, two by four a character; each character has the ink of what was last drawn in it.
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var inks: [Int?]
  private var marks: [Int: Character] = [:]
  /// The bit of the dot in column 0 or 1 and line 0 to 3 of a character (Unicode's block U+2800).
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    dots = [UInt8](repeating: 0, count: columns * rows)
    inks = [Int?](repeating: nil, count: columns * rows)
  }

  /// Joins the points by straight lines; what lies outside the canvas is not seen.
  mutating func draw(_ points: [(x: Int, y: Int)], ink: Int) {
    if let first = points.first { set(first.x, first.y, ink) }
    for (a, b) in zip(points, points.dropFirst()) {
      let length = max(abs(b.x - a.x), abs(b.y - a.y))
      guard length > 0 else { continue }
      for i in 1...length {
        let share = Double(i) / Double(length)
        let x = Double(a.x) + share * Double(b.x - a.x)
        let y = Double(a.y) + share * Double(b.y - a.y)
        set(Int(x.rounded()), Int(y.rounded()), ink)
      }
    }
  }

  /// A character of its own, over the dots.
  mutating func mark(_ character: Character, column: Int, row: Int, ink: Int) {
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    marks[row * columns + column] = character
    inks[row * columns + column] = ink
  }

  private mutating func set(_ x: Int, _ y: Int, _ ink: Int) {
    guard (0..<columns * 2).contains(x), (0..<rows * 4).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[x % 2][y % 4]
    inks[cell] = ink
  }

  /// `inked`: a character in an ink.
  func lines(_ inked: (Character, Int) -> String) -> [String] {
    (0..<rows).map { row in
      var line = ""
      var blanks = 0
      for cell in row * columns..<(row + 1) * columns {
        guard let ink = inks[cell] else {
          blanks += 1
          continue
        }
        line += String(repeating: " ", count: blanks)
        blanks = 0
        let pattern = Unicode.Scalar(0x2800 + UInt32(dots[cell])).map { Character($0) } ?? " "
        line += inked(marks[cell] ?? pattern, ink)
      }
      return line
    }
  }
}
