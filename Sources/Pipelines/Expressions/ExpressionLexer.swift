/// A word of an expression.
struct ExpressionToken: Hashable {
  enum Kind: Hashable {
    case number(Double)
    case text(String)
    /// A name; quoted by backquotes it is that of a column.
    case name(String, isQuoted: Bool)
    case symbol(String)
    case end
  }
  var kind: Kind
  /// Counted from 1.
  var position: Int
}

/// Divides an expression into its words.
struct ExpressionLexer {
  private let source: String
  private let characters: [Character]
  private var place = 0

  init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  static func tokens(_ source: String) throws(ExpressionError) -> [ExpressionToken] {
    var lexer = ExpressionLexer(source)
    var tokens: [ExpressionToken] = []
    repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private mutating func next() throws(ExpressionError) -> ExpressionToken {
    while place < characters.count, characters[place].isWhitespace { place += 1 }
    let start = place
    guard place < characters.count else { return ExpressionToken(kind: .end, position: start + 1) }
    let character = characters[place]
    func token(_ kind: ExpressionToken.Kind) -> ExpressionToken { ExpressionToken(kind: kind, position: start + 1) }
    if Self.isDigit(character)
      || character == "." && place + 1 < characters.count && Self.isDigit(characters[place + 1])
    {
      return token(.number(try number()))
    }
    switch character {
    case "'", "\"": return token(.text(try quoted(by: character)))
    case "`": return token(.name(try quoted(by: "`"), isQuoted: true))
    default: break
    }
    if Self.beginsName(character) {
      while place < characters.count,
        Self.beginsName(characters[place]) || Self.isDigit(characters[place]) || characters[place] == "."
      {
        place += 1
      }
      return token(.name(String(characters[start..<place]), isQuoted: false))
    }
    for symbol in ["<=", ">=", "!=", "==", "<>"] where characters[place...].starts(with: symbol) {
      place += 2
      return token(.symbol(symbol))
    }
    guard "+-*/%^()<>=,".contains(character) else { throw error("'\(character)' means nothing here", start) }
    place += 1
    return token(.symbol(String(character)))
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
  private static func beginsName(_ character: Character) -> Bool { character == "_" || character.isLetter }

  private mutating func number() throws(ExpressionError) -> Double {
    let start = place
    func skipDigits() {
      while place < characters.count, Self.isDigit(characters[place]) { place += 1 }
    }
    skipDigits()
    if place < characters.count, characters[place] == "." {
      place += 1
      skipDigits()
    }
    if place < characters.count, characters[place] == "e" || characters[place] == "E" {
      place += 1
      if place < characters.count, characters[place] == "+" || characters[place] == "-" { place += 1 }
      skipDigits()
    }
    let text = String(characters[start..<place])
    guard let value = Double(text), value.isFinite else { throw error("'\(text)' is no number", start) }
    return value
  }

  /// Up to the same quote, which stands for itself where it is doubled.
  private mutating func quoted(by quote: Character) throws(ExpressionError) -> String {
    let start = place
    var text = ""
    place += 1
    while place < characters.count {
      if characters[place] == quote {
        place += 1
        guard place < characters.count, characters[place] == quote else { return text }
      }
      text.append(characters[place])
      place += 1
    }
    throw error("a \(quote) that is not closed", start)
  }

  private func error(_ reason: String, _ place: Int) -> ExpressionError {
    ExpressionError(reason: reason, position: place + 1, expression: source)
  }
}
