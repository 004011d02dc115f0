/// Text from outside (names, tags, notes, metrics, paths, class labels) as a terminal or a table may show it.
///
/// Control characters could break a table's lines, and as escape sequences recolour, overwrite or take over a terminal;
/// marks of direction could show a name in another order than it has. Both are written as escapes instead.
extension String {
  /// In one line: line breaks and tabs are `\n` and `\t`, other control characters `\x1b`.
  package var printable: String { escaped { Self.isControl($0) } }

  /// `printable` with its line breaks and tabs as they are.
  package var printableLines: String { escaped { $0 != "\n" && $0 != "\t" && Self.isControl($0) } }

  /// JSON with nothing in it that a terminal would not show: escaped as JSON has it, so that it reads back the same.
  package var printableJSON: String {
    escaped {
      $0 != "\n" && Self.isControl($0)
    } by: {
      "\\u" + Self.digits($0, 4)
    }
  }

  private func escaped(
    where isEscaped: (Unicode.Scalar) -> Bool, by escape: (Unicode.Scalar) -> String = String.escape
  ) -> String {
    // Of the UTF-8 bytes, only these can begin what is escaped.
    let isSuspect = utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }
    guard isSuspect, unicodeScalars.contains(where: isEscaped) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if isEscaped(scalar) {
        text.append(contentsOf: escape(scalar).unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }

  /// C0, DEL and C1, the separators of lines and paragraphs, and the marks that change the direction of what follows.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    default: return scalar.value < 0x100 ? "\\x" + digits(scalar, 2) : "\\u" + digits(scalar, 4)
    }
  }

  private static func digits(_ scalar: Unicode.Scalar, _ width: Int) -> String {
    let digits = String(scalar.value, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}
