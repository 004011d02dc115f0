import ONNX

extension DistributionHead: ONNXHead {
  func choice(by outputs: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph) -> ONNXChoice {
    switch kind {
    case .gaussian(let low, let high):
      let raised = graph.add("Max", outputs, graph.constant(ONNXTensor(low)))
      let clipped = graph.add("Min", raised, graph.constant(ONNXTensor(high)))
      return ONNXChoice(actions: clipped, areIntegers: false, details: [("mean", outputs, low.count)])
    case .categorical(let counts, let first):
      let allowed = masks.map { graph.add("Where", $0, outputs, graph.constant(-Float.infinity)) } ?? outputs
      var (choices, start) = ([ONNXValue](), 0)
      for count in counts {
        let own = counts.count == 1 ? allowed : graph.columns(start..<start + count, of: allowed)
        choices.append(graph.argmax(own, keeping: true))
        start += count
      }
      let actions = graph.add("Add", graph.concat(choices, axis: 1), graph.constant([Int(first)]))
      return ONNXChoice(actions: actions, areIntegers: true, details: [("logits", outputs, start)])
    }
  }
}

extension GreedyHead: ONNXHead {
  func choice(by outputs: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph) -> ONNXChoice {
    let actions = graph.add("Add", graph.argmax(outputs, keeping: true), graph.constant([Int(first)]))
    return ONNXChoice(actions: actions, areIntegers: true, details: [("q_values", outputs, count)])
  }
}

extension DeterministicHead: ONNXHead {
  func choice(by outputs: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph) -> ONNXChoice {
    ONNXChoice(actions: scaling.unscaled(outputs, in: graph), areIntegers: false)
  }
}

extension SquashedGaussianHead: ONNXHead {
  func choice(by outputs: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph) -> ONNXChoice {
    let width = scaling.width
    let means = graph.columns(0..<width, of: outputs)
    let deviations = graph.columns(width..<2 * width, of: outputs)
    return ONNXChoice(
      actions: scaling.unscaled(graph.add("Tanh", means), in: graph), areIntegers: false,
      details: [("mean", means, width), ("log_std", deviations, width)])
  }
}

extension ActionScaling {
  /// As `unscale`: low + ½ (a + 1) (high − low).
  fileprivate func unscaled(_ actions: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let raised = graph.add("Add", actions, graph.constant(Float(1)))
    let shares = graph.add("Mul", graph.constant(Float(0.5)), raised)
    let widths = graph.constant(ONNXTensor(zip(low, high).map { $1 - $0 }))
    return graph.add("Add", graph.constant(ONNXTensor(low)), graph.add("Mul", shares, widths))
  }
}
