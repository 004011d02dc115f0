import Glibc

/// Reads filters and orders of MLflow's grammar.
struct SearchParser {
  private enum Token: Equatable {
    case name(String)
    /// In backticks or double quotes: a name where a name stands, else a text.
    case quoted(String)
    case text(String)
    case number(String)
    case sign(String)
    case end
  }

  private let source: String
  private let schema: SearchSchema
  private var tokens: [Token] = []
  private var next = 0

  init(_ text: String, _ schema: SearchSchema) throws(MLflowError) {
    (source, self.schema) = (text, schema)
    try scan()
  }

  mutating func filter() throws(MLflowError) -> [SearchFilter.Comparison] {
    if tokens[next] == .end { return [] }
    var comparisons = [try comparison()]
    while takeWord("AND") { comparisons.append(try comparison()) }
    guard tokens[next] == .end else {
      throw invalid("conditions are joined by AND; OR and parentheses are not part of this grammar")
    }
    return comparisons
  }

  mutating func order() throws(MLflowError) -> (field: SearchField, isDescending: Bool) {
    let field = try field()
    let isDescending = takeWord("DESC")
    if !isDescending { _ = takeWord("ASC") }
    guard tokens[next] == .end else { throw invalid("an order is a field, then ASC or DESC") }
    return (field, isDescending)
  }

  private mutating func comparison() throws(MLflowError) -> SearchFilter.Comparison {
    let field = try field()
    let isNumber = schema.isNumber(field)
    let operation = try operation()
    var comparison = SearchFilter.Comparison(
      field: field, operation: operation, texts: [], number: 0, isNumber: isNumber)
    if operation == .isNull || operation == .isNotNull { return comparison }
    if isNumber {
      guard case .number(let text) = tokens[next], let number = Double(text) else {
        throw invalid("'\(field.name)' is compared with a number")
      }
      guard ![.like, .ilike, .among, .notAmong].contains(operation) else {
        throw invalid("'\(field.name)' is a number and has no \(operation.rawValue)")
      }
      next += 1
      comparison.number = number
      return comparison
    }
    let isOrdering = [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation)
    if isOrdering { throw invalid("'\(field.name)' is a text and takes =, !=, LIKE, ILIKE, IN and NOT IN") }
    if operation == .among || operation == .notAmong {
      guard takeSign("(") else { throw invalid("IN is followed by a list in parentheses") }
      repeat { comparison.texts.append(try value(of: field)) } while takeSign(",")
      guard takeSign(")") else { throw invalid("a list ends with a parenthesis") }
    } else {
      comparison.texts = [try value(of: field)]
    }
    return comparison
  }

  private mutating func value(of field: SearchField) throws(MLflowError) -> String {
    switch tokens[next] {
    case .text(let text), .quoted(let text):
      next += 1
      return text
    default: throw invalid("'\(field.name)' is compared with a text in quotes")
    }
  }

  private mutating func operation() throws(MLflowError) -> SearchFilter.Operation {
    if case .sign(let sign) = tokens[next] {
      let same = ["==": "=", "<>": "!="][sign] ?? sign
      if let operation = SearchFilter.Operation(rawValue: same) {
        next += 1
        return operation
      }
    }
    if takeWord("LIKE") { return .like }
    if takeWord("ILIKE") { return .ilike }
    if takeWord("IN") { return .among }
    if takeWord("NOT") {
      guard takeWord("IN") else { throw invalid("NOT is followed by IN") }
      return .notAmong
    }
    if takeWord("IS") {
      let isNegated = takeWord("NOT")
      guard takeWord("NULL") else { throw invalid("IS is followed by NULL or NOT NULL") }
      return isNegated ? .isNotNull : .isNull
    }
    throw invalid("expected a comparison: = != < <= > >= LIKE ILIKE IN, NOT IN, IS NULL")
  }

  private mutating func field() throws(MLflowError) -> SearchField {
    let first: String
    switch tokens[next] {
    case .name(let name), .quoted(let name): first = name
    default: throw invalid("expected a field, such as metrics.loss or attributes.status")
    }
    next += 1
    // A quoted name that follows `tags.`.
    if first.hasSuffix("."), case .quoted(let name) = tokens[next] {
      next += 1
      return try field(String(first.dropLast()), name)
    }
    if let dot = first.firstIndex(of: "."), Self.kinds[String(first[..<dot])] != nil {
      return try field(String(first[..<dot]), String(first[first.index(after: dot)...]))
    }
    return try field("attributes", first)
  }

  private static let kinds: [String: SearchField.Kind] = [
    "attribute": .attribute, "attributes": .attribute, "attr": .attribute, "run": .attribute,
    "metric": .metric, "metrics": .metric, "param": .parameter, "params": .parameter, "parameter": .parameter,
    "parameters": .parameter, "tag": .tag, "tags": .tag, "dataset": .dataset, "datasets": .dataset,
  ]

  private func field(_ kind: String, _ name: String) throws(MLflowError) -> SearchField {
    guard let kind = Self.kinds[kind], schema.kinds.contains(kind) else {
      throw invalid("'\(kind)' is not among what can be searched here")
    }
    if kind == .dataset, !["name", "digest", "context"].contains(name) {
      throw invalid("of data sets name, digest and context can be searched, not '\(name)'")
    }
    guard kind == .attribute else { return SearchField(kind: kind, name: name) }
    let known = schema.aliases[name] ?? name
    guard schema.texts.contains(known) || schema.numbers.contains(known) else {
      let all = schema.texts.union(schema.numbers).sorted().joined(separator: ", ")
      throw invalid("Invalid attribute key '\(name)'. Valid keys are \(all)")
    }
    return SearchField(kind: kind, name: known)
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard case .name(let name) = tokens[next], name.uppercased() == word else { return false }
    next += 1
    return true
  }

  private mutating func takeSign(_ sign: String) -> Bool {
    guard tokens[next] == .sign(sign) else { return false }
    next += 1
    return true
  }

  private func invalid(_ reason: String) -> MLflowError { .invalid("Invalid search '\(source)': \(reason).") }

  private mutating func scan() throws(MLflowError) {
    let characters = Array(source)
    var place = 0
    while place < characters.count {
      let character = characters[place]
      if character.isWhitespace {
        place += 1
      } else if "'\"`".contains(character) {
        guard let end = characters[(place + 1)...].firstIndex(of: character) else {
          throw invalid("a quote is not closed")
        }
        let text = String(characters[(place + 1)..<end])
        tokens.append(character == "'" ? .text(text) : .quoted(text))
        place = end + 1
      } else if character.isNumber
        || "-+.".contains(character) && place + 1 < characters.count && characters[place + 1].isNumber
      {
        let word = characters[place...].prefix { $0.isNumber || $0.isLetter || "+-.".contains($0) }
        place = word.endIndex
        tokens.append(Double(String(word)) == nil ? .name(String(word)) : .number(String(word)))
      } else if character.isLetter || character == "_" {
        let word = characters[place...].prefix { $0.isNumber || $0.isLetter || "_./-:@".contains($0) }
        place = word.endIndex
        tokens.append(.name(String(word)))
      } else {
        let two = String(characters[place..<min(place + 2, characters.count)])
        let sign = ["<=", ">=", "!=", "<>", "=="].contains(two) ? two : String(character)
        guard "()<>=,".contains(character) || sign.count == 2 else {
          throw invalid("'\(character)' means nothing here")
        }
        tokens.append(.sign(sign))
        place += sign.count
      }
    }
    tokens.append(.end)
  }
}
