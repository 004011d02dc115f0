import ONNX

extension NetworkPolicy: ONNXPolicy where Head: ONNXHead {
  var onnxMaskWidth: Int { head.maskWidth }

  func choice(
    on observations: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXChoice {
    var features = encoding.features(of: observations, in: graph)
    if let moments { features = moments.normalized(features, limit: 10, in: graph) }
    let outputs = try parameters.withUnsafeBufferPointer { parameters throws(ONNXError) in
      try network.outputs(of: features, parameters: parameters.baseAddress!, in: graph)
    }
    return head.choice(by: outputs, masks: masks, in: graph)
  }
}

/// Chooses by a network's outputs `[n, …]`.
protocol ONNXHead: ActionHead {
  func choice(by outputs: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph) -> ONNXChoice
}

extension ObservationEncoding {
  /// `[n, sourceWidth]` → `[n, width]`
  func features(of observations: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    if components.isEmpty { return observations }
    var (parts, source) = ([ONNXValue](), 0)
    for component in components {
      switch component {
      case .oneHot(let count, let start):
        let member = graph.cast(graph.columns(source..<source + 1, of: observations), to: .int64)
        let isOwn = graph.add("Equal", member, graph.constant(Array(start..<start + count)))
        parts.append(graph.cast(isOwn, to: .float32))
        source += 1
      case .plain(let count):
        parts.append(graph.columns(source..<source + count, of: observations))
        source += count
      }
    }
    return graph.concat(parts, axis: 1)
  }
}

extension RunningMoments {
  /// What `normalize` makes of `[n, width]`, in double precision as there.
  package func normalized(_ values: ONNXValue, limit: Double, in graph: ONNXGraph) -> ONNXValue {
    let distances = graph.add("Sub", graph.cast(values, to: .float64), graph.constant(ONNXTensor(means)))
    let scales = graph.constant(ONNXTensor((0..<width).map { scale(of: $0) }))
    let scaled = graph.add("Mul", distances, scales)
    let limited =
      limit.isFinite ? graph.add("Clip", scaled, graph.constant(-limit), graph.constant(limit)) : scaled
    return graph.cast(limited, to: .float32)
  }
}
