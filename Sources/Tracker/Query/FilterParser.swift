import Telemetry

/// Conditions from texts, by recursive descent: OR binds least, then AND, then NOT.
struct FilterParser {
  private var tokens: [Token] = []
  private var next = 0
  private var depth = 0
  private let text: String

  private struct Token {
    enum Kind: Equatable {
      case word(String)
      case field(String)
      case text(String)
      case number(Double)
      /// `(`, `)`, `,`, `=`, `<=`, …
      case sign(String)
      case end
    }
    var kind: Kind
    /// From 1.
    var column: Int
  }

  /// Parentheses and NOTs within each other beyond which a condition is refused.
  private static let depthLimit = 200

  init(_ text: String) throws(FilterError) {
    self.text = text
    try scan()
  }

  mutating func parse() throws(FilterError) -> RunFilter.Condition {
    let condition = try either()
    guard case .end = tokens[next].kind else { throw unexpected("AND, OR or the end") }
    return condition
  }

  private mutating func either() throws(FilterError) -> RunFilter.Condition {
    var condition = try both()
    while take("OR") { condition = .or(condition, try both()) }
    return condition
  }

  private mutating func both() throws(FilterError) -> RunFilter.Condition {
    var condition = try one()
    while take("AND") { condition = .and(condition, try one()) }
    return condition
  }

  private mutating func one() throws(FilterError) -> RunFilter.Condition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw error("the condition is nested too deeply", tokens[next]) }
    if take("NOT") { return .not(try one()) }
    if takeSign("(") {
      let condition = try either()
      guard takeSign(")") else { throw unexpected("AND, OR or ')'") }
      return condition
    }
    return try comparison()
  }

  private mutating func comparison() throws(FilterError) -> RunFilter.Condition {
    let field: String
    switch tokens[next].kind {
    case .word(let name) where !Self.isReserved(name): field = name
    case .field(let name): field = name
    default: throw unexpected("a field, such as agent or final/mean_reward")
    }
    next += 1
    if take("IS") {
      let isNegated = take("NOT")
      guard take("NULL") else { throw unexpected("NULL") }
      return isNegated ? .not(.isMissing(field)) : .isMissing(field)
    }
    let isNegated = take("NOT")
    for (word, isSQL) in [("LIKE", true), ("GLOB", false)] where take(word) {
      guard case .text(let pattern) = tokens[next].kind else { throw unexpected("a text in single quotes") }
      next += 1
      let condition = RunFilter.Condition.matches(field, isSQL ? NamePattern(like: pattern) : NamePattern(pattern))
      return isNegated ? .not(condition) : condition
    }
    if take("IN") {
      guard takeSign("(") else { throw unexpected("'('") }
      var values = [try value()]
      while takeSign(",") { values.append(try value()) }
      guard takeSign(")") else { throw unexpected("',' or ')'") }
      let condition = RunFilter.Condition.among(field, values)
      return isNegated ? .not(condition) : condition
    }
    guard !isNegated else { throw unexpected("LIKE, GLOB or IN") }
    let signs: [(String, RunFilter.Comparison)] = [
      ("=", .equal), ("==", .equal), ("!=", .unequal), ("<>", .unequal), ("<", .less), ("<=", .lessOrEqual),
      (">", .greater), (">=", .greaterOrEqual),
    ]
    for (sign, comparison) in signs where takeSign(sign) {
      let token = tokens[next]
      let literal = try value()
      if case .value = literal { return .compare(field, comparison, literal) }
      guard comparison == .equal || comparison == .unequal else { throw error("only = and != compare this", token) }
      if case .none = literal { return comparison == .equal ? .isMissing(field) : .not(.isMissing(field)) }
      return .compare(field, comparison, literal)
    }
    throw unexpected("a comparison: = != < <= > >= LIKE GLOB IN IS")
  }

  private mutating func value() throws(FilterError) -> FilterLiteral {
    if take("NONE") || take("NULL") { return .none }
    guard takeSign("[") else { return .value(try single()) }
    var parts: [FieldValue] = []
    if takeSign("]") { return .list(parts) }
    repeat { parts.append(try single()) } while takeSign(",")
    guard takeSign("]") else { throw unexpected("',' or ']'") }
    return .list(parts)
  }

  private mutating func single() throws(FilterError) -> FieldValue {
    let token = tokens[next]
    switch token.kind {
    case .text(let text):
      next += 1
      return .text(text)
    case .number(let number):
      next += 1
      return .number(number)
    case .word(let word):
      if take("TRUE") { return .flag(true) }
      if take("FALSE") { return .flag(false) }
      throw error("a text stands in single quotes: '\(word)'", token)
    default: throw unexpected("a value: a number, a text in single quotes, a list in brackets, true, false or none")
    }
  }

  private mutating func take(_ word: String) -> Bool {
    guard case .word(let found) = tokens[next].kind, found.uppercased() == word else { return false }
    next += 1
    return true
  }

  private mutating func takeSign(_ sign: String) -> Bool {
    guard tokens[next].kind == .sign(sign) else { return false }
    next += 1
    return true
  }

  private static func isReserved(_ word: String) -> Bool {
    ["AND", "OR", "NOT", "LIKE", "IN", "IS", "NULL"].contains(word.uppercased())
  }

  private func unexpected(_ expected: String) -> FilterError {
    let found: String
    switch tokens[next].kind {
    case .word(let word): found = "'\(word)'"
    case .field(let name): found = "\"\(name)\""
    case .text(let text): found = "the text '\(text)'"
    case .number: found = "a number"
    case .sign(let sign): found = "'\(sign)'"
    case .end: found = "the end"
    }
    return error("expected \(expected), found \(found)", tokens[next])
  }

  private func error(_ reason: String, _ token: Token) -> FilterError {
    FilterError(reason: "in the condition: " + reason, column: token.column, text: text)
  }

  // MARK: Tokens

  private mutating func scan() throws(FilterError) {
    let characters = Array(text)
    var place = 0
    func isPartOfWord(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || "_./-+:@%".contains(character)
    }
    while place < characters.count {
      let start = place
      let character = characters[place]
      func add(_ kind: Token.Kind) { tokens.append(Token(kind: kind, column: start + 1)) }
      if character.isWhitespace {
        place += 1
      } else if character == "'" || character == "\"" {
        var content = ""
        place += 1
        while true {
          guard place < characters.count else {
            throw error("a quote that is not closed", Token(kind: .end, column: start + 1))
          }
          if characters[place] == character {
            place += 1
            guard place < characters.count, characters[place] == character else { break }
          }
          content.append(characters[place])
          place += 1
        }
        add(character == "'" ? .text(content) : .field(content))
      } else if isPartOfWord(character) {
        while place < characters.count, isPartOfWord(characters[place]) { place += 1 }
        let word = String(characters[start..<place])
        // Only what begins as a number is one: `inf` and `nan` would be fields.
        let isNumeric = character.isNumber || "+-.".contains(character)
        if isNumeric, let number = Double(word) {
          add(.number(number))
        } else {
          add(.word(word))
        }
      } else {
        let two = String(characters[place..<min(place + 2, characters.count)])
        let sign = ["<=", ">=", "!=", "<>", "=="].contains(two) ? two : String(character)
        guard "()[]=<>,".contains(character) || sign.count == 2 else {
          throw error("'\(character)' means nothing here", Token(kind: .end, column: start + 1))
        }
        place += sign.count
        add(.sign(sign))
      }
    }
    tokens.append(Token(kind: .end, column: characters.count + 1))
  }
}
