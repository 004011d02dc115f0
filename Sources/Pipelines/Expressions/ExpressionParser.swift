import Settings

/// Reads the words of an expression, by recursive descent, and checks types as it goes.
struct ExpressionParser {
  private let source: String
  private let tokens: [ExpressionToken]
  private let types: [String: ExpressionType]
  private var place = 0
  private var depth = 0
  private(set) var columns: Set<String> = []

  /// How deep brackets, calls and signs may stand in each other.
  private static let mostNesting = 64
  private static let reserved = ["and", "or", "not", "true", "false", "missing"]

  init(_ source: String, _ tokens: [ExpressionToken], _ types: [String: ExpressionType]) {
    (self.source, self.tokens, self.types) = (source, tokens, types)
  }

  mutating func whole() throws(ExpressionError) -> ExpressionNode {
    let node = try disjunction()
    if token.kind != .end { throw unexpected("expected an operator or the end") }
    return node
  }

  private var token: ExpressionToken { tokens[place] }

  // MARK: Levels of precedence, the weakest first

  private mutating func disjunction() throws(ExpressionError) -> ExpressionNode {
    var left = try conjunction()
    while let position = take(word: "or") { left = try call("or", [left, try conjunction()], position) }
    return left
  }

  private mutating func conjunction() throws(ExpressionError) -> ExpressionNode {
    var left = try negation()
    while let position = take(word: "and") { left = try call("and", [left, try negation()], position) }
    return left
  }

  private mutating func negation() throws(ExpressionError) -> ExpressionNode {
    guard let position = take(word: "not") else { return try comparison() }
    try enter()
    let operand = try negation()
    depth -= 1
    return try call("not", [operand], position)
  }

  private mutating func comparison() throws(ExpressionError) -> ExpressionNode {
    let left = try sum()
    guard let (symbol, position) = take(symbols: ["<=", ">=", "!=", "==", "<>", "<", ">", "="]) else { return left }
    let name = symbol == "==" ? "=" : symbol == "<>" ? "!=" : symbol
    let node = try call(name, [left, try sum()], position)
    if take(symbols: ["<=", ">=", "!=", "==", "<>", "<", ">", "="]) != nil {
      place -= 1
      throw unexpected("comparisons do not chain: write 'a < b and b < c'")
    }
    return node
  }

  private mutating func sum() throws(ExpressionError) -> ExpressionNode {
    var left = try product()
    while let (symbol, position) = take(symbols: ["+", "-"]) {
      left = try call(symbol, [left, try product()], position)
    }
    return left
  }

  private mutating func product() throws(ExpressionError) -> ExpressionNode {
    var left = try signed()
    while let (symbol, position) = take(symbols: ["*", "/", "%"]) {
      left = try call(symbol, [left, try signed()], position)
    }
    return left
  }

  private mutating func signed() throws(ExpressionError) -> ExpressionNode {
    guard let (_, position) = take(symbols: ["-"]) else { return try power() }
    try enter()
    let operand = try signed()
    depth -= 1
    return try call("negative", [operand], position)
  }

  private mutating func power() throws(ExpressionError) -> ExpressionNode {
    let base = try primary()
    guard let (_, position) = take(symbols: ["^"]) else { return base }
    try enter()
    let exponent = try signed()
    depth -= 1
    return try call("^", [base, exponent], position)
  }

  private mutating func primary() throws(ExpressionError) -> ExpressionNode {
    let token = token
    switch token.kind {
    case .number(let value):
      place += 1
      return constant(ExpressionVector([value], .number, isConstant: true), token)
    case .text(let text):
      place += 1
      return constant(ExpressionVector(levels: [text], codes: [0], isConstant: true), token)
    case .symbol("("):
      place += 1
      try enter()
      let inner = try disjunction()
      depth -= 1
      try expect(")")
      return inner
    case .name(let name, let isQuoted):
      place += 1
      if !isQuoted, tokens[place].kind == .symbol("(") { return try functionCall(name, token) }
      if !isQuoted { if let value = literal(name) { return constant(value, token) } }
      return try column(name, token)
    default: throw unexpected("expected a value")
    }
  }

  private func literal(_ name: String) -> ExpressionVector? {
    switch name.lowercased() {
    case "true": ExpressionVector([1], .boolean, isConstant: true)
    case "false": ExpressionVector([0], .boolean, isConstant: true)
    case "missing": .missing
    default: nil
    }
  }

  private func constant(_ value: ExpressionVector, _ token: ExpressionToken) -> ExpressionNode {
    ExpressionNode(kind: .constant(value), type: value.type, position: token.position)
  }

  private mutating func column(_ name: String, _ token: ExpressionToken) throws(ExpressionError) -> ExpressionNode {
    guard let type = types[name] else {
      let guess = didYouMean(name, among: types.keys.sorted()) ?? ""
      throw error("there is no column '\(name)'\(guess)", token.position)
    }
    columns.insert(name)
    return ExpressionNode(kind: .column(name), type: type, position: token.position)
  }

  private mutating func functionCall(
    _ name: String, _ token: ExpressionToken
  ) throws(ExpressionError) -> ExpressionNode {
    place += 1
    try enter()
    var arguments: [ExpressionNode] = []
    if self.token.kind != .symbol(")") {
      repeat { arguments.append(try disjunction()) } while take(symbols: [","]) != nil
    }
    depth -= 1
    try expect(")")
    return try call(name.lowercased(), arguments, token.position)
  }

  // MARK: Calls

  /// A function or an operator with arguments whose types fit.
  private func call(
    _ name: String, _ arguments: [ExpressionNode], _ position: Int
  ) throws(ExpressionError) -> ExpressionNode {
    let named = ExpressionFunction.all[name] ?? []
    if named.isEmpty {
      let names = ExpressionFunction.all.keys.filter { $0.first!.isLetter && !Self.reserved.contains($0) }.sorted()
      throw error("there is no function '\(name)'\(didYouMean(name, among: names) ?? "")", position)
    }
    guard let function = named.first(where: { $0.takes(arguments.count) }) else {
      throw error(
        "'\(name)' takes \(named.map(\.arity).joined(separator: " or ")), not \(arguments.count)", position)
    }
    var same = ExpressionType.missing
    for (place, argument) in arguments.enumerated() {
      let parameter = function.parameter(place)
      switch parameter {
      case .type(let type) where argument.type == type || argument.type == .missing: break
      case .type(let type):
        throw error("'\(name)' takes \(type.plural) here, not \(argument.type.plural)", argument.position)
      case .same(let allowed):
        if argument.type == .missing { continue }
        if !allowed.contains(argument.type) {
          let types = allowed.map(\.plural).joined(separator: " or ")
          throw error("'\(name)' takes \(types) here, not \(argument.type.plural)", argument.position)
        }
        if same != .missing, same != argument.type {
          throw error(
            "'\(name)' takes values of one type here, not \(same.plural) and \(argument.type.plural)",
            argument.position)
        }
        same = argument.type
      }
    }
    let depth = (arguments.map(\.depth).max() ?? 0) + 1
    if depth > Expression.mostDepth {
      throw error("the expression is deeper than \(Expression.mostDepth) levels", position)
    }
    return ExpressionNode(
      kind: .call(function, arguments), type: function.result ?? same, position: position, depth: depth)
  }

  // MARK: Words

  private mutating func take(word: String) -> Int? {
    guard case .name(let name, false) = token.kind, name.lowercased() == word else { return nil }
    place += 1
    return tokens[place - 1].position
  }

  private mutating func take(symbols: [String]) -> (symbol: String, position: Int)? {
    guard case .symbol(let symbol) = token.kind, symbols.contains(symbol) else { return nil }
    place += 1
    return (symbol, tokens[place - 1].position)
  }

  private mutating func expect(_ symbol: String) throws(ExpressionError) {
    if take(symbols: [symbol]) == nil { throw unexpected("expected '\(symbol)'") }
  }

  private mutating func enter() throws(ExpressionError) {
    depth += 1
    if depth > Self.mostNesting { throw error("more than \(Self.mostNesting) levels in each other", token.position) }
  }

  private func unexpected(_ expected: String) -> ExpressionError {
    let found =
      switch token.kind {
      case .number(let value): "\(value)"
      case .text(let text): "'\(text.prefix(20))'"
      case .name(let name, _): "'\(name)'"
      case .symbol(let symbol): "'\(symbol)'"
      case .end: "the end"
      }
    return error("\(expected), found \(found)", token.position)
  }

  private func error(_ reason: String, _ position: Int) -> ExpressionError {
    ExpressionError(reason: reason, position: position, expression: source)
  }
}
