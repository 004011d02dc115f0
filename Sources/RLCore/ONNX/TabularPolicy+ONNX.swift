import ONNX

extension TabularPolicy: ONNXPolicy {
  package var onnxMaskWidth: Int { 0 }

  package func choice(
    on observations: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXChoice {
    let state = states.index(of: observations, in: graph)
    // Without anything learnt it is the first action, whatever the state.
    let chosen =
      best.isEmpty
      ? graph.add("Mul", state, graph.constant([0]))
      : graph.rows(state, of: ONNXTensor(best.map { Int($0) }), refusal: "there_is_no_such_state")
    let actions = graph.add("Add", chosen, graph.constant([firstAction]))
    return ONNXChoice(actions: graph.unsqueeze(actions, axis: 1), areIntegers: true)
  }
}

extension StateIndex {
  /// The number of the state of each row of `[n, width]`: `[n]`.
  fileprivate func index(of observations: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    var strides = [1]
    for radix in radices.dropFirst().reversed() { strides.insert(strides[0] * radix, at: 0) }
    let members = graph.add("Sub", graph.cast(observations, to: .int64), graph.constant([start]))
    return graph.sum(graph.add("Mul", members, graph.constant(strides)), axis: 1)
  }
}
