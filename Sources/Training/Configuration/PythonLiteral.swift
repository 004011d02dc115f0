/// A value as Python writes it, of which RL Baselines3 Zoo's files have some in quotes:
/// `dict(log_std_init=-2, net_arch=dict(pi=[256, 256], vf=[256, 256]), activation_fn=nn.ReLU)`.
indirect enum PythonLiteral: Hashable {
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case none
  case text(String)
  /// `nn.ReLU`
  case name(String)
  case list([PythonLiteral])
  /// In the order written.
  case dictionary([Entry])

  struct Entry: Hashable {
    var key: String
    var value: PythonLiteral
  }

  /// nil for anything else.
  init?(_ text: String) {
    var parser = PythonParser(rest: text[...])
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }
}

private struct PythonParser {
  var rest: Substring

  /// Deeper than any file of settings.
  private static let mostDepth = 16

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return rest.isEmpty
    }
  }

  private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

  /// Skips `symbol` where it comes next.
  private mutating func take(_ symbol: Character) -> Bool {
    skipSpace()
    guard rest.first == symbol else { return false }
    rest.removeFirst()
    return true
  }

  mutating func value(depth: Int) -> PythonLiteral? {
    skipSpace()
    guard depth < Self.mostDepth, let first = rest.first else { return nil }
    if first == "[" || first == "(" { return list(until: first == "[" ? "]" : ")", depth) }
    if first == "'" || first == "\"" { return text(first) }
    let word = String(rest.prefix { $0.isLetter || $0.isNumber || "_.+-".contains($0) })
    guard !word.isEmpty else { return nil }
    rest.removeFirst(word.count)
    if word == "dict", take("(") { return dictionary(depth) }
    switch word {
    case "True": return .flag(true)
    case "False": return .flag(false)
    case "None": return PythonLiteral.none
    default: break
    }
    if let integer = Int(word) { return .integer(integer) }
    if let number = Double(word) { return .number(number) }
    return word.contains(where: "+-".contains) ? nil : .name(word)
  }

  private mutating func text(_ quote: Character) -> PythonLiteral? {
    rest.removeFirst()
    guard let end = rest.firstIndex(of: quote) else { return nil }
    let text = String(rest[..<end])
    rest = rest[rest.index(after: end)...]
    return .text(text)
  }

  private mutating func list(until end: Character, _ depth: Int) -> PythonLiteral? {
    rest.removeFirst()
    var items: [PythonLiteral] = []
    while !take(end) {
      guard let item = value(depth: depth + 1) else { return nil }
      items.append(item)
      if !take(",") { return take(end) ? .list(items) : nil }
    }
    return .list(items)
  }

  /// After `dict(`.
  private mutating func dictionary(_ depth: Int) -> PythonLiteral? {
    var entries: [PythonLiteral.Entry] = []
    while !take(")") {
      skipSpace()
      let key = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      rest.removeFirst(key.count)
      guard !key.isEmpty, take("="), let value = value(depth: depth + 1) else { return nil }
      entries.append(.init(key: key, value: value))
      if !take(",") { return take(")") ? .dictionary(entries) : nil }
    }
    return .dictionary(entries)
  }
}
