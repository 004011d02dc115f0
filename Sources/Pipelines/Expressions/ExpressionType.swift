import Datasets

/// What the values of an expression are. A value of any type may be missing.
enum ExpressionType: String, Codable, Hashable, Sendable {
  case number, text, date
  case boolean = "true or false"
  /// Of nothing but missing values, which fit every type.
  case missing

  /// `numbers`, for a sentence.
  var plural: String {
    switch self {
    case .number: "numbers"
    case .text: "texts"
    case .date: "dates"
    case .boolean: "true or false"
    case .missing: "missing values"
    }
  }
}

extension Table {
  /// The columns that expressions can name.
  var expressionTypes: [String: ExpressionType] {
    var types: [String: ExpressionType] = [:]
    for (name, column) in zip(names, columns) {
      switch column {
      case .numbers: types[name] = .number
      case .dates: types[name] = .date
      case .categories, .texts: types[name] = .text
      case .missing: types[name] = .missing
      case .leftOut: break
      }
    }
    return types
  }
}
