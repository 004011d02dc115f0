/// What is wrong with an expression, and where. A ``PipelineError`` says it of its step.
struct ExpressionError: Error, Hashable, Sendable {
  var reason: String
  /// The character that is wrong, counted from 1.
  var position: Int
  var expression: String

  var description: String { "\(reason) at character \(position) of '\(shown)'" }

  /// The expression, with a mark under the character.
  var excerpt: [String] {
    let from = max(0, position - 60)
    let part = expression.dropFirst(from).prefix(100).map { $0.isNewline ? " " : $0 }
    return ["  " + String(part), "  " + String(repeating: " ", count: position - 1 - from) + "^"]
  }

  private var shown: String {
    let line = String(expression.map { $0.isNewline ? " " : $0 })
    return line.count > 80 ? line.prefix(77) + "..." : line
  }
}

extension PipelineError {
  init(_ error: ExpressionError) {
    self.init(error.description, status: .badUsage)
    excerpt = error.excerpt
  }
}
