import Drawing
import Environments
import Formats
import Telemetry

/// A frame as lines of characters: half-blocks in colours, or Braille dots without colours.
///
/// ```swift
/// import Drawing
///
/// var scene = Scene(x: 0...2, y: 0...1)
/// scene.rectangle(0, 0, 1, 1, .ink)
/// let picture = TerminalPicture(
///   Frame(scene, title: "half", status: ""), columns: 20, rows: 5, colours: .none)
/// print(picture.lines[0])  // half
/// ```
public struct TerminalPicture: Sendable {
  public enum Colours: Sendable {
    case none
    /// The 6 × 6 × 6 cube and the greys of 256 colours.
    case indexed
    case full
  }

  /// Title, status and the lines of the picture.
  public let lines: [String]

  /// The scene fits into `columns` × `rows` characters. Traps unless both are positive.
  public init(_ frame: Frame, columns: Int, rows: Int, colours: Colours) {
    precondition(columns > 0 && rows > 0)
    // A character is twice as high as wide, so that dots and half-blocks are square.
    let dots = colours == .none ? (across: 2, down: 4) : (across: 1, down: 2)
    let scene = frame.scene
    let scale = min(Double(columns * dots.across) / scene.width, Double(rows * dots.down) / scene.height)
    let width = max(Int((scene.width * scale / Double(dots.across)).rounded()), 1) * dots.across
    let layout = Layout(scene, width: width, mostHeight: rows * dots.down, caption: 0)
    let height = (layout.height + dots.down - 1) / dots.down
    var canvas = Canvas(width: width, height: height * dots.down, scene.background)
    var letters = Array(repeating: [Letter?](repeating: nil, count: width / dots.across), count: height)
    for shape in scene.shapes {
      let shape = layout.shape(shape)
      guard case .text(let text, let place, _, let colour) = shape else {
        canvas.paint(shape)
        continue
      }
      // Texts are characters, centred where they belong.
      let row = Int((place.y / Double(dots.down)).rounded(.down))
      let start = Int((place.x / Double(dots.across) - Double(text.count) / 2).rounded())
      guard letters.indices.contains(row) else { continue }
      for (index, character) in text.enumerated() where letters[row].indices.contains(start + index) {
        letters[row][start + index] = Letter(character: character, colour: colour.code)
      }
    }
    let picture = (0..<height).map { row in
      colours == .none
        ? TerminalPicture.braille(canvas, row: row, letters[row])
        : TerminalPicture.blocks(canvas, row: row, letters[row], colours)
    }
    lines = [frame.title.printable, frame.status.printable] + picture
  }

  private struct Letter {
    var character: Character
    var colour: UInt32
  }

  /// Two pixels a character, the upper one in the colour of the letter ▀, the lower one behind it.
  private static func blocks(_ canvas: Canvas, row: Int, _ letters: [Letter?], _ colours: Colours) -> String {
    var line = ""
    var last: (front: UInt32, back: UInt32)?
    for column in 0..<canvas.width {
      let upper = canvas.pixels[2 * row * canvas.width + column]
      let lower = canvas.pixels[(2 * row + 1) * canvas.width + column]
      let letter = letters[column]
      let (front, back) = (letter?.colour ?? upper, lower)
      if last?.front != front { line += escape(38, front, colours) }
      if last?.back != back { line += escape(48, back, colours) }
      last = (front, back)
      line.append(letter?.character ?? "▀")
    }
    return line + "\u{1B}[0m"
  }

  private static func escape(_ code: Int, _ colour: UInt32, _ colours: Colours) -> String {
    let (red, green, blue) = (Int(colour >> 16 & 255), Int(colour >> 8 & 255), Int(colour & 255))
    if colours == .full { return "\u{1B}[\(code);2;\(red);\(green);\(blue)m" }
    if red == green, green == blue, red > 4, red < 247 { return "\u{1B}[\(code);5;\(232 + (red - 3) * 24 / 244)m" }
    let cube = [red, green, blue].map { $0 < 48 ? 0 : $0 < 115 ? 1 : ($0 - 35) / 40 }
    return "\u{1B}[\(code);5;\(16 + 36 * cube[0] + 6 * cube[1] + cube[2])m"
  }

  /// Two by four dots a character, each set where a pixel differs from the picture's commonest colour.
  private static func braille(_ canvas: Canvas, row: Int, _ letters: [Letter?]) -> String {
    // Bits of the dots of Unicode's patterns, row by row.
    let bits: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    let line = letters.indices.map { column -> Character in
      if let letter = letters[column] { return letter.character }
      var pattern: UInt32 = 0
      for (dot, bit) in bits.enumerated() {
        let colour = canvas.pixels[(4 * row + dot / 2) * canvas.width + 2 * column + dot % 2]
        if isInk(colour, on: canvas.pixels[0]) { pattern |= bit }
      }
      return pattern == 0 ? " " : Character(Unicode.Scalar(0x2800 + pattern)!)
    }
    return String(line[...(line.lastIndex { $0 != " " } ?? -1)])
  }

  /// Whether a colour stands out from another by its lightness.
  private static func isInk(_ colour: UInt32, on ground: UInt32) -> Bool {
    func lightness(_ colour: UInt32) -> Int {
      Int(colour >> 16 & 255) * 30 + Int(colour >> 8 & 255) * 59 + Int(colour & 255) * 11
    }
    return abs(lightness(colour) - lightness(ground)) > 5000
  }
}
