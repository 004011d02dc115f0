import BLASBridge
import Learning
import ONNX

extension ONNXTensor {
  init(_ matrix: Matrix<Float>) { self.init(matrix.elements, shape: matrix.shape) }
}

extension ONNXGraph {
  /// X · weights + intercepts, single precision.
  fileprivate func linear(_ x: ONNXValue, _ weights: Matrix<Float>, _ intercepts: [Float]) -> ONNXValue {
    add("Gemm", x, constant(ONNXTensor(weights)), constant(ONNXTensor(intercepts)))
  }
}

extension LinearModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    graph.linear(features.matrix, weights, intercepts)
  }
}

extension LogisticModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let logits = graph.linear(features.matrix, weights, intercepts)
    if weights.columns > 1 { return graph.add("Softmax", logits, attributes: ["axis": .integer(1)]) }
    let second = graph.add("Sigmoid", logits)
    return graph.concat([graph.add("Sub", graph.constant(Float(1)), second), second], axis: 1)
  }
}

extension LinearScores {
  /// `[n, outputs]`, doubles.
  func scores(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    var transposed = [Double](repeating: 0, count: weights.count)
    for output in 0..<outputs {
      for feature in 0..<self.features {
        transposed[feature * outputs + output] = weights[output * self.features + feature]
      }
    }
    let products = graph.add(
      "MatMul", features.doubles(in: graph),
      graph.constant(ONNXTensor(transposed, shape: [self.features, outputs])))
    return graph.add("Add", products, graph.constant(ONNXTensor(intercepts)))
  }
}

extension LinearScoresModel: ONNXModel {
  func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    graph.cast(scores.scores(of: features, in: graph), to: .float32)
  }
}

extension StochasticDescentModel: ONNXModel {
  func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let values = scores.scores(of: features, in: graph)
    if !isClassification { return graph.cast(values, to: .float32) }
    if scores.outputs == 1 {
      let second = probabilities(values, in: graph)
      let first = graph.add("Sub", graph.constant(1.0), second)
      return graph.cast(graph.concat([first, second], axis: 1), to: .float32)
    }
    guard loss == .logLoss || loss == .modifiedHuber else {
      return graph.cast(graph.softmax(values), to: .float32)
    }
    let shares = probabilities(values, in: graph)
    let isNone = graph.add("Equal", graph.sum(shares, axis: 1, keeping: true), graph.constant(0.0))
    let alike = graph.constant(1 / Double(scores.outputs))
    return graph.cast(graph.add("Where", isNone, alike, graph.shares(shares)), to: .float32)
  }

  /// Of a class against all others.
  private func probabilities(_ scores: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    guard loss == .modifiedHuber else { return graph.logistic(scores) }
    let clipped = graph.add("Clip", scores, graph.constant(-1.0), graph.constant(1.0))
    return graph.add("Div", graph.add("Add", clipped, graph.constant(1.0)), graph.constant(2.0))
  }
}

extension MLPModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    let outputs = try network.outputs(of: features.matrix, parameters: parameters.base, in: graph)
    if outputMeans.isEmpty { return graph.add("Softmax", outputs, attributes: ["axis": .integer(1)]) }
    let scaled = graph.add("Mul", outputs, graph.constant(ONNXTensor(outputDeviations)))
    return graph.add("Add", scaled, graph.constant(ONNXTensor(outputMeans)))
  }
}

extension PCAModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let centred = graph.add("Sub", features.matrix, graph.constant(ONNXTensor(means)))
    return graph.add("MatMul", centred, graph.constant(ONNXTensor(components.transposed())))
  }
}
