import Datasets

extension ExpressionFunction {
  static let dates: [ExpressionFunction] = [
    part("year", .year), part("month", .month), part("day", .day), part("weekday", .weekday), part("hour", .hour),
    // From the first date to the second.
    ExpressionFunction("days_between", [.date, .date], .number) { call in
      call[0].zip(call[1]) { ($1 - $0) / 86400 }
    },
    ExpressionFunction("date", [.text], .date) { call in
      call[0].mapWords(to: .date) { SpelledValue.isoSeconds($0) ?? .nan }
    },
    ExpressionFunction("date", [.number, .number, .number], .date) { call in
      let numbers = call.arguments.map(\.numbers)
      func value(_ place: Int, _ row: Int) -> Double { numbers[place][call[place].isConstant ? 0 : row] }
      let dates = (0..<call.count).map { row in
        SpelledValue.midnight(year: value(0, row), month: value(1, row), day: value(2, row)) ?? .nan
      }
      return ExpressionVector(dates, .date, isConstant: call.isConstant)
    },
  ]

  private static func part(_ name: String, _ part: DateStep.Part) -> ExpressionFunction {
    ExpressionFunction(name, [.date], .number) { $0[0].map { part.value($0) } }
  }
}
