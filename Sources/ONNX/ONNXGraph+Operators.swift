/// What several models and steps are made of.
extension ONNXGraph {
  package func constant(_ number: Double) -> ONNXValue { constant(ONNXTensor([number], shape: [])) }
  package func constant(_ number: Float) -> ONNXValue { constant(ONNXTensor([number], shape: [])) }
  package func constant(_ numbers: [Int]) -> ONNXValue { constant(ONNXTensor(numbers)) }

  package func cast(_ value: ONNXValue, to type: ONNXType) -> ONNXValue {
    add("Cast", value, attributes: ["to": .integer(type.rawValue)])
  }

  package func concat(_ values: [ONNXValue], axis: Int) -> ONNXValue {
    values.count == 1 ? values[0] : add("Concat", values, outputs: 1, attributes: ["axis": .integer(axis)])[0]
  }

  /// With an axis of one element more.
  package func unsqueeze(_ value: ONNXValue, axis: Int) -> ONNXValue { add("Unsqueeze", value, constant([axis])) }
  package func squeeze(_ value: ONNXValue, axis: Int) -> ONNXValue { add("Squeeze", value, constant([axis])) }

  /// Values of one element a row side by side, `[n, count]`.
  package func columns(_ values: [ONNXValue]) -> ONNXValue { concat(values.map { unsqueeze($0, axis: 1) }, axis: 1) }

  /// The columns `range` of `[n, d]`.
  package func columns(_ range: Range<Int>, of value: ONNXValue) -> ONNXValue {
    add("Slice", value, constant([range.lowerBound]), constant([range.upperBound]), constant([1]))
  }

  /// One column of `[n, d]` as `[n]`.
  package func column(_ place: Int, of value: ONNXValue) -> ONNXValue {
    squeeze(columns(place..<place + 1, of: value), axis: 1)
  }

  /// Sums over the last axis but for `keeping` it with one element.
  package func sum(_ value: ONNXValue, axis: Int, keeping: Bool = false) -> ONNXValue {
    add("ReduceSum", value, constant([axis]), attributes: ["keepdims": .integer(keeping ? 1 : 0)])
  }

  /// The index of the largest number along the last axis of `[n, d]`, the first of equals: `[n]`, or `[n, 1]`.
  package func argmax(_ value: ONNXValue, keeping: Bool = false) -> ONNXValue {
    add("ArgMax", value, attributes: ["axis": .integer(1), "keepdims": .integer(keeping ? 1 : 0)])
  }

  /// `numbers` with 0 where a value is missing. Doubles.
  package func presentOrZero(_ numbers: ONNXValue) -> ONNXValue {
    add("Where", add("IsNaN", numbers), constant(0.0), numbers)
  }

  /// A row of doubles, repeated for each row of `value`.
  package func repeated(_ row: [Double], rowsOf value: ONNXValue) -> ONNXValue {
    let rows = add("Shape", value, attributes: ["start": .integer(0), "end": .integer(1)])
    return add(
      "Expand", constant(ONNXTensor(row, shape: [1, row.count])), concat([rows, constant([row.count])], axis: 0))
  }

  /// 1 / (1 + e⁻ˣ) of doubles.
  package func logistic(_ value: ONNXValue) -> ONNXValue {
    add("Div", constant(1.0), add("Add", constant(1.0), add("Exp", add("Neg", value))))
  }

  /// The shares of e to the power of each number of a row in their sum. Doubles `[n, d]`.
  ///
  /// Where all are −∞, all shares are the same.
  package func softmax(_ value: ONNXValue) -> ONNXValue {
    let greatest = add("ReduceMax", value, attributes: ["axes": .integers([1]), "keepdims": .integer(1)])
    let isRuledOut = add("Equal", greatest, constant(-Double.infinity))
    let powers = add("Where", isRuledOut, constant(1.0), add("Exp", add("Sub", value, greatest)))
    return shares(powers)
  }

  /// Each number's share in the sum of its row. `[n, d]`
  package func shares(_ value: ONNXValue) -> ONNXValue { add("Div", value, sum(value, axis: 1, keeping: true)) }

  /// log(1 + x) of doubles, to their last digits for small x too.
  package func logOnePlus(_ x: ONNXValue) -> ONNXValue {
    // x − x²/2 + x³/3 − x⁴/4, by Horner's rule.
    var series = constant(-0.25)
    for coefficient in [1.0 / 3, -0.5, 1] {
      series = add("Add", add("Mul", series, x), constant(coefficient))
    }
    return add(
      "Where", add("Less", add("Abs", x), constant(1e-4)), add("Mul", series, x),
      add("Log", add("Add", constant(1.0), x)))
  }

  /// eˣ − 1 of doubles, to their last digits for small x too.
  package func expMinusOne(_ x: ONNXValue) -> ONNXValue {
    var series = constant(1.0 / 24)
    for coefficient in [1.0 / 6, 0.5, 1] {
      series = add("Add", add("Mul", series, x), constant(coefficient))
    }
    return add(
      "Where", add("Less", add("Abs", x), constant(1e-4)), add("Mul", series, x),
      add("Sub", add("Exp", x), constant(1.0)))
  }
}
