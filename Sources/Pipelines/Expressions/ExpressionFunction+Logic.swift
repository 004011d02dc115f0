/// Comparisons and conditions. What is missing makes them missing as in SQL: `missing and false` is false, `missing or true` is
/// true, and all else that a missing value decides is missing.
extension ExpressionFunction {
  static let logic: [ExpressionFunction] = [
    comparison("=") { $0 == $1 },
    comparison("!=") { $0 != $1 },
    comparison("<") { $0 < $1 },
    comparison("<=") { $0 <= $1 },
    comparison(">") { $0 > $1 },
    comparison(">=") { $0 >= $1 },
    ExpressionFunction("and", [.boolean, .boolean], .boolean) { call in
      call[0].zip(call[1], .boolean) { $0 == 0 || $1 == 0 ? 0 : $0 * $1 }
    },
    ExpressionFunction("or", [.boolean, .boolean], .boolean) { call in
      call[0].zip(call[1], .boolean) { $0 == 1 || $1 == 1 ? 1 : $0 + $1 }
    },
    ExpressionFunction("not", [.boolean], .boolean) { $0[0].map(.boolean) { 1 - $0 } },
    ExpressionFunction("is_missing", [.any], .boolean) { call in
      if case .words(_, let codes) = call[0].values {
        return ExpressionVector(codes.map { $0 < 0 ? 1 : 0 }, .boolean, isConstant: call[0].isConstant)
      }
      return call[0].map(.boolean) { $0.isNaN ? 1 : 0 }
    },
    // A condition that is missing is none that holds.
    ExpressionFunction("if", [.boolean, .any, .any], nil) { call in
      let condition = call[0].numbers
      if call[0].isConstant { return call[condition[0] == 1 ? 1 : 2].typed(call.type) }
      return ExpressionVector.choose([call[1], call[2]], call.type, rows: call.rows) { condition[$0] == 1 ? 0 : 1 }
    },
    ExpressionFunction("coalesce", [.any], isVariadic: true, nil) { call in
      let count = call.count
      let present = call.arguments.map { argument in
        let flags: [Bool] =
          switch argument.values {
          case .numbers(let numbers): numbers.map { !$0.isNaN }
          case .words(_, let codes): codes.map { $0 >= 0 }
          }
        return (flags, argument.isConstant)
      }
      var result = ExpressionVector.choose(call.arguments, call.type, rows: count) { row in
        present.firstIndex { flags, isConstant in flags[isConstant ? 0 : row] }
      }
      result.isConstant = call.isConstant
      return result
    },
  ]

  private static func comparison(
    _ name: String, _ holds: @escaping @Sendable (Double, Double) -> Bool
  ) -> ExpressionFunction {
    ExpressionFunction(name, [.any, .any], .boolean) { call in
      let (a, b) = ExpressionVector.ranked(call[0], call[1])
      return a.zip(b, .boolean) { $0.isNaN || $1.isNaN ? .nan : holds($0, $1) ? 1 : 0 }
    }
  }
}
