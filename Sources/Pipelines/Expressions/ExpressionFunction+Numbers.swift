import Foundation

extension ExpressionFunction {
  static let arithmetic: [ExpressionFunction] = [
    binary("+") { $0 + $1 },
    binary("-") { $0 - $1 },
    binary("*") { $0 * $1 },
    binary("/") { $0 / $1 },
    // The sign of the divisor, as in Python.
    binary("%") { a, b in
      let rest = a.truncatingRemainder(dividingBy: b)
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    },
    binary("^") { pow($0, $1) },
    unary("negative") { -$0 },
    unary("abs") { $0.magnitude },
    unary("exp") { exp($0) },
    unary("log") { log($0) },
    unary("sqrt") { $0.squareRoot() },
    unary("floor") { $0.rounded(.down) },
    unary("ceil") { $0.rounded(.up) },
    ExpressionFunction("round", [.number, .number], optional: 1, .number) { call in
      if call.arguments.count == 1 { return call[0].map { $0.rounded(.toNearestOrEven) } }
      // Digits beyond those of a double change nothing.
      return call[0].zip(call[1]) { value, digits in
        let scale = pow(10, max(-308, min(308, digits.rounded())))
        let scaled = value * scale
        return scaled.isFinite ? scaled.rounded(.toNearestOrEven) / scale : value
      }
    },
    ExpressionFunction("clip", [.number, .number, .number], .number) { call in
      let raised = call[0].zip(call[1]) { $0 < $1 ? $1 : $0 + 0 * $1 }
      return raised.zip(call[2]) { $0 > $1 ? $1 : $0 + 0 * $1 }
    },
    extreme("min") { $0 < $1 },
    extreme("max") { $0 > $1 },
  ]

  private static func unary(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> ExpressionFunction {
    ExpressionFunction(name, [.number], .number) { $0[0].map(.number, body) }
  }

  private static func binary(
    _ name: String, _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> ExpressionFunction {
    ExpressionFunction(name, [.number, .number], .number) { $0[0].zip($0[1], .number, body) }
  }

  /// Of numbers or dates, leaving out those that are missing.
  private static func extreme(
    _ name: String, _ isBetter: @escaping @Sendable (Double, Double) -> Bool
  ) -> ExpressionFunction {
    ExpressionFunction(name, [.same([.number, .date])], isVariadic: true, nil) { call in
      call.arguments.dropFirst().reduce(call[0]) { best, next in
        best.zip(next, call.type) { $0.isNaN || isBetter($1, $0) ? $1 : $0 }
      }
    }
  }
}
