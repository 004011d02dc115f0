import Telemetry

/// A colour of a line.
package struct ChartColour: Sendable, Hashable {
  package var red, green, blue: UInt8

  /// `0xRRGGBB`
  package init(_ code: UInt32) {
    (red, green, blue) = (UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
  }

  /// `#0072B2`, `#07b`, or one of `names`; nil for anything else.
  package init?(_ text: String) {
    if let code = Self.named[text.lowercased()] {
      self.init(code)
      return
    }
    guard text.hasPrefix("#"), let code = UInt32(text.dropFirst(), radix: 16), text.dropFirst().first != "+" else {
      return nil
    }
    switch text.count {
    case 7: self.init(code)
    case 4: self.init((code >> 8 & 15) * 0x110000 + (code >> 4 & 15) * 0x1100 + (code & 15) * 0x11)
    default: return nil
    }
  }

  /// The names of colours, in the palette's order.
  package static let names = ["blue", "vermilion", "green", "purple", "orange", "sky", "black", "red", "grey", "gray"]

  private static let named: [String: UInt32] = [
    "blue": 0x0072B2, "vermilion": 0xD55E00, "green": 0x009E73, "purple": 0xCC79A7, "orange": 0xE69F00,
    "sky": 0x56B4E9, "black": 0x000000, "red": 0xC1121F, "grey": 0x767676, "gray": 0x767676,
  ]

  package var code: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// `#0072b2`
  package var hexadecimal: String {
    let digits = String(code, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The nearest of the 6 × 6 × 6 cube of a terminal's 256 colours.
  var terminalIndex: Int {
    let levels = [0, 95, 135, 175, 215, 255]
    func nearest(_ channel: UInt8) -> Int {
      levels.indices.min { abs(levels[$0] - Int(channel)) < abs(levels[$1] - Int(channel)) } ?? 0
    }
    return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue)
  }
}

/// What something is drawn in.
package enum Paint: Sendable, Hashable {
  case paper
  /// Titles.
  case ink
  /// Ticks' words, legends.
  case label
  /// Explanations.
  case soft
  /// Axes.
  case rule
  case grid
  /// The palette's, by number.
  case line(Int)
  case custom(ChartColour)
}

/// The colours of a chart: lines after Okabe and Ito, which all eyes tell apart, each with enough contrast to its paper.
package struct ChartTheme: Sendable {
  let paper, ink, label, soft, rule, grid: UInt32
  let lines: [UInt32]

  package static let light = ChartTheme(
    paper: 0xFFFFFF, ink: 0x1A1A1A, label: 0x3C3C3C, soft: 0x666666, rule: 0x888888, grid: 0xE6E6E6,
    lines: [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000])
  static let dark = ChartTheme(
    paper: 0x15181C, ink: 0xF0F2F4, label: 0xC9CFD6, soft: 0x9AA3AD, rule: 0x7A828A, grid: 0x2C3238,
    lines: [0x3C9BE6, 0xF07F3C, 0x2BBF94, 0xDE93BC, 0xF0B440, 0x8AD4FF, 0xE8E8E8])

  /// How many lines have a colour of their own; later ones have an earlier one's, and dashes.
  static let lineColours = light.lines.count
  private static let dashes: [[Double]] = [[], [7, 4], [2, 3]]

  static func dashes(ofLine index: Int) -> [Double] { dashes[index / lineColours % dashes.count] }

  package func colour(_ paint: Paint) -> ChartColour {
    switch paint {
    case .paper: ChartColour(paper)
    case .ink: ChartColour(ink)
    case .label: ChartColour(label)
    case .soft: ChartColour(soft)
    case .rule: ChartColour(rule)
    case .grid: ChartColour(grid)
    case .line(let index): ChartColour(lines[index % lines.count])
    case .custom(let colour): colour
    }
  }
}
