/// A function or an operator of expressions.
struct ExpressionFunction: Sendable {
  enum Parameter: Sendable {
    case type(ExpressionType)
    /// Of one of these types, the same for all such parameters.
    case same([ExpressionType])

    static let any = Parameter.same([.number, .text, .date, .boolean])
    static let number = Parameter.type(.number)
    static let text = Parameter.type(.text)
    static let date = Parameter.type(.date)
    static let boolean = Parameter.type(.boolean)
  }

  /// What a function is called with.
  struct Call {
    var arguments: [ExpressionVector]
    /// That of the result.
    var type: ExpressionType
    var rows: Int
    var position: Int
    var source: String

    subscript(place: Int) -> ExpressionVector { arguments[place] }

    func error(_ reason: String) -> ExpressionError {
      ExpressionError(reason: reason, position: position, expression: source)
    }

    /// The number of values to make: one where all arguments are constant.
    var isConstant: Bool { arguments.allSatisfy(\.isConstant) }
    var count: Int { isConstant ? 1 : rows }
  }

  var name: String
  var parameters: [Parameter]
  /// How many of the last parameters may be left out.
  var optional = 0
  /// Whether the last one may be repeated.
  var isVariadic = false
  /// nil for the type that `same` parameters have.
  var result: ExpressionType?
  var evaluate: @Sendable (Call) throws(ExpressionError) -> ExpressionVector

  init(
    _ name: String, _ parameters: [Parameter], optional: Int = 0, isVariadic: Bool = false, _ result: ExpressionType?,
    _ evaluate: @escaping @Sendable (Call) throws(ExpressionError) -> ExpressionVector
  ) {
    (self.name, self.parameters, self.optional, self.isVariadic) = (name, parameters, optional, isVariadic)
    (self.result, self.evaluate) = (result, evaluate)
  }

  func takes(_ count: Int) -> Bool {
    count >= parameters.count - optional && (isVariadic || count <= parameters.count)
  }

  func parameter(_ place: Int) -> Parameter { parameters[min(place, parameters.count - 1)] }

  /// In words.
  var arity: String {
    let (least, most) = (parameters.count - optional, parameters.count)
    let counts = isVariadic ? "\(least) or more" : least == most ? "\(most)" : "\(least) to \(most)"
    return counts + (counts == "1" ? " argument" : " arguments")
  }

  /// By name; several of one name differ in their numbers of arguments.
  static let all: [String: [ExpressionFunction]] = Dictionary(
    grouping: arithmetic + logic + texts + dates, by: \.name)
}
