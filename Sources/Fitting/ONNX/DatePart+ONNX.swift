import Datasets
import Models
import ONNX

/// Parts of dates, of seconds since 1970 in double precision `[n]`.
extension ONNXGraph {
  /// The features of a part as a model of scaled rows has them: `[n, width]`. No date may be missing.
  func features(_ part: DatePart, of seconds: ONNXValue) -> ONNXValue {
    switch part {
    case .season: circle(add("Div", dayOfYear(seconds), constant(365.25)))
    case .weekday:
      cast(
        add("Equal", unsqueeze(weekday(seconds), axis: 1), constant(ONNXTensor((0..<7).map(Double.init)))), to: .float64
      )
    case .timeOfDay: circle(add("Sub", add("Div", seconds, constant(86400.0)), day(seconds)))
    }
  }

  /// The part as a column, as a model of columns has it.
  func column(_ part: DatePart, of seconds: ONNXValue) -> ONNXColumn {
    let isMissing = add("IsNaN", seconds)
    func known(_ value: ONNXValue) -> ONNXValue { add("Where", isMissing, constant(Double.nan), value) }
    switch part {
    case .season: return .numbers(known(dayOfYear(presentOrZero(seconds))))
    case .weekday:
      let days = add("Where", isMissing, constant(7.0), weekday(presentOrZero(seconds)))
      return .codes(cast(days, to: .int64), levels: 7)
    case .timeOfDay: return .numbers(add("Sub", seconds, add("Mul", constant(86400.0), day(seconds))))
    }
  }

  private func day(_ seconds: ONNXValue) -> ONNXValue { floored(seconds, 86400) }

  /// 0 for Monday.
  private func weekday(_ seconds: ONNXValue) -> ONNXValue {
    // Day 0 was a Thursday.
    let days = add("Add", day(seconds), constant(3.0))
    return add("Sub", days, add("Mul", constant(7.0), floored(days, 7)))
  }

  /// 0 for January 1, as `CalendarDay` reckons: years begin with March, so that leap days come last.
  private func dayOfYear(_ seconds: ONNXValue) -> ONNXValue {
    let shifted = add("Add", day(seconds), constant(719_468.0))
    let era = floored(shifted, 146_097)
    let ofEra = add("Sub", shifted, add("Mul", era, constant(146_097.0)))
    let leapDays = add(
      "Add", add("Sub", floored(ofEra, 36_524), floored(ofEra, 1460)), add("Neg", floored(ofEra, 146_096)))
    let yearOfEra = floored(add("Add", ofEra, leapDays), 365)
    let daysOfYears = add(
      "Add", add("Mul", yearOfEra, constant(365.0)), add("Sub", floored(yearOfEra, 4), floored(yearOfEra, 100)))
    let fromMarch = add("Sub", ofEra, daysOfYears)
    func isMultiple(_ divisor: Double) -> ONNXValue {
      add("Equal", add("Mul", floored(yearOfEra, divisor), constant(divisor)), yearOfEra)
    }
    // The era has 400 years, so that its first one is a leap year.
    let isLeap = add("Or", add("And", isMultiple(4), add("Not", isMultiple(100))), isMultiple(400))
    let afterMarch = add("Add", add("Add", fromMarch, constant(59.0)), cast(isLeap, to: .float64))
    let isNewYear = add("GreaterOrEqual", fromMarch, constant(306.0))
    return add("Where", isNewYear, add("Sub", fromMarch, constant(306.0)), afterMarch)
  }

  private func floored(_ value: ONNXValue, _ divisor: Double) -> ONNXValue {
    add("Floor", add("Div", value, constant(divisor)))
  }

  /// The sine and cosine of a share of a circle: `[n, 2]`.
  private func circle(_ share: ONNXValue) -> ONNXValue {
    let angle = add("Mul", constant(2 * Double.pi), share)
    return columns([add("Sin", angle), add("Cos", angle)])
  }
}
