import ONNX

/// A change of numbers that ONNX's operators express.
protocol ONNXNumberMap: NumberMap {
  /// Doubles `[n]`; NaN, a missing value, stays NaN.
  func applied(to x: ONNXValue, in graph: ONNXGraph) -> ONNXValue
}

extension NumberMaps: ONNXStep where Map: ONNXNumberMap {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for item in items {
      let changed = item.map.applied(to: try table.numbers(item.column), in: graph)
      table.replace(item.column, by: [(item.column, .numbers(changed))])
    }
  }
}

extension Scaling: ONNXNumberMap {
  func applied(to x: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    graph.add("Div", graph.add("Sub", x, graph.constant(center)), graph.constant(scale))
  }
}

extension MinMaxStep.Map: ONNXNumberMap {
  func applied(to x: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let scaled = graph.add("Add", graph.add("Mul", x, graph.constant(scale)), graph.constant(offset))
    guard let low, let high else { return scaled }
    let raised = graph.add("Where", graph.add("Less", scaled, graph.constant(low)), graph.constant(low), scaled)
    return graph.add("Where", graph.add("Greater", raised, graph.constant(high)), graph.constant(high), raised)
  }
}

extension LogStep.Map: ONNXNumberMap {
  /// Where there is no logarithm, a value is missing.
  func applied(to x: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let result =
      switch base {
      case .log1p: graph.logOnePlus(x)
      case .log: graph.add("Log", x)
      case .log2: graph.add("Div", graph.add("Log", x), graph.constant(LogStep.Base.log.value(2)))
      case .log10: graph.add("Div", graph.add("Log", x), graph.constant(LogStep.Base.log.value(10)))
      }
    let isInfinite = graph.add("Equal", graph.add("Abs", result), graph.constant(Double.infinity))
    return graph.add("Where", isInfinite, graph.constant(Double.nan), result)
  }
}

extension PowerStep.Map: ONNXNumberMap {
  func applied(to x: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let zero = graph.constant(0.0)
    let powers: ONNXValue
    switch method {
    case .boxCox:
      let isPositive = graph.add("Greater", x, zero)
      let safe = graph.add("Where", isPositive, x, graph.constant(1.0))
      powers = graph.add(
        "Where", isPositive, power(graph.add("Log", safe), lambda, limit: 0, in: graph), graph.constant(Double.nan))
    case .yeoJohnson:
      let logarithm = graph.logOnePlus(graph.add("Abs", x))
      let above = power(logarithm, lambda, limit: .ulpOfOne, in: graph)
      let below = graph.add("Neg", power(logarithm, 2 - lambda, limit: .ulpOfOne, in: graph))
      powers = graph.add("Where", graph.add("Less", x, zero), below, above)
    }
    return scaling?.applied(to: powers, in: graph) ?? powers
  }

  /// (e to the power of λ times a logarithm, less 1) / λ; the logarithm itself where λ is 0, or as good as.
  private func power(_ logarithm: ONNXValue, _ lambda: Double, limit: Double, in graph: ONNXGraph) -> ONNXValue {
    if lambda == 0 || lambda.magnitude < limit { return logarithm }
    let factor = graph.constant(lambda)
    return graph.add("Div", graph.expMinusOne(graph.add("Mul", factor, logarithm)), factor)
  }
}
