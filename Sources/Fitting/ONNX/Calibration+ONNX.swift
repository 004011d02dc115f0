import ONNX
import Validation

extension Calibration {
  /// Calibrated probabilities of those of a model, `[n, classes]`, single precision as these are.
  func applied(to probabilities: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let own = graph.cast(probabilities, to: .float64)
    return graph.cast(doubles(own, in: graph), to: .float32)
  }

  private func doubles(_ own: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    if let temperature { return temperature.applied(to: own, in: graph) }
    func map(_ place: Int, _ values: ONNXValue) -> ONNXValue {
      isotonic?[place].applied(to: values, in: graph) ?? platt?[place].applied(to: values, in: graph) ?? values
    }
    if classes == 2 {
      let second = map(0, graph.column(1, of: own))
      return graph.columns([graph.add("Sub", graph.constant(1.0), second), second])
    }
    let mapped = graph.columns((0..<classes).map { map($0, graph.column($0, of: own)) })
    let isNone = graph.add("Equal", graph.sum(mapped, axis: 1, keeping: true), graph.constant(0.0))
    return graph.add("Where", isNone, graph.constant(1 / Double(classes)), graph.shares(mapped))
  }
}

extension TemperatureScaling {
  fileprivate func applied(to own: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let logarithms = graph.add("Log", graph.add("Max", own, graph.constant(Self.least)))
    return graph.softmax(graph.add("Div", logarithms, graph.constant(temperature)))
  }
}

extension PlattScaling {
  /// `[n]`
  fileprivate func applied(to own: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let p = graph.add("Clip", own, graph.constant(Self.least), graph.constant(1 - Self.least))
    let odds = graph.add("Div", p, graph.add("Sub", graph.constant(1.0), p))
    let score = graph.add("Mul", graph.constant(slope), graph.add("Log", odds))
    return graph.logistic(graph.add("Add", score, graph.constant(intercept)))
  }
}

extension IsotonicRegression {
  /// `[n]`
  fileprivate func applied(to own: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let (first, last) = (graph.constant(y[0]), graph.constant(y[y.count - 1]))
    let isAbove = graph.add("Greater", own, graph.constant(x[0]))
    if x.count == 1 { return graph.add("Where", isAbove, last, first) }
    let isReached = graph.add("GreaterOrEqual", graph.unsqueeze(own, axis: 1), graph.constant(ONNXTensor(x)))
    let reached = graph.sum(graph.cast(isReached, to: .int64), axis: 1)
    // The place of the last point that is not above it; never the last of all, which has a value of its own.
    let low = graph.add(
      "Clip", graph.add("Sub", reached, graph.constant([1])), graph.constant(ONNXTensor([0], shape: [])),
      graph.constant(ONNXTensor([x.count - 2], shape: [])))
    let high = graph.add("Add", low, graph.constant([1]))
    func gathered(_ values: [Double], _ place: ONNXValue) -> ONNXValue { graph.rows(place, of: ONNXTensor(values)) }
    let (left, right) = (gathered(x, low), gathered(x, high))
    let (from, to) = (gathered(y, low), gathered(y, high))
    let rise = graph.add("Mul", graph.add("Sub", to, from), graph.add("Sub", own, left))
    let between = graph.add("Add", from, graph.add("Div", rise, graph.add("Sub", right, left)))
    let isBelow = graph.add("Less", own, graph.constant(x[x.count - 1]))
    return graph.add("Where", isAbove, graph.add("Where", isBelow, between, last), first)
  }
}
