import BLASBridge
import Learning
import ONNX

extension KNearestNeighboursModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let known = points.points
    let found = graph.nearest(
      configuration.neighbours, to: features.doubles(in: graph),
      among: ONNXTensor(known.elements.map(Double.init), shape: known.shape),
      configuration.metric == .manhattan ? .manhattan : .euclidean)
    // What each neighbour says `[n, k, outputs]`, and what it counts `[n, k]`.
    let said = graph.rows(found.places, of: ONNXTensor(targets, shape: [known.rows, outputCount]))
    let counted =
      configuration.weights == .uniform
      ? graph.add("Mul", said, graph.constant(1 / Double(configuration.neighbours)))
      : graph.add("Mul", said, graph.unsqueeze(shares(found.distances, in: graph), axis: 2))
    return graph.cast(graph.sum(counted, axis: 1), to: .float32)
  }

  /// `[rows, outputs]`: 1 for the class of a row, or its numbers.
  private var targets: [Double] {
    switch target {
    case .numbers(let values), .quantiles(_, let values): return values.elements.map(Double.init)
    case .classes(let labels, let count):
      var flags = [Double](repeating: 0, count: labels.count * count)
      for (row, label) in labels.enumerated() { flags[row * count + label] = 1 }
      return flags
    }
  }

  /// By the inverse of distances `[n, k]`, in units of the least; neighbours at no distance, if there are any, count alone.
  private func shares(_ distances: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let (least, zero) = (graph.columns(0..<1, of: distances), graph.constant(0.0))
    let isSame = graph.cast(graph.add("Equal", distances, zero), to: .float64)
    let inverse = graph.add("Div", least, distances)
    return graph.shares(graph.add("Where", graph.add("Equal", least, zero), isSame, inverse))
  }
}

extension KMeansModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let found = graph.nearest(
      1, to: features.doubles(in: graph), among: ONNXTensor(centres.elements.map(Double.init), shape: centres.shape),
      .euclidean)
    return graph.cast(
      graph.concat([graph.cast(found.places, to: .float64), found.distances], axis: 1), to: .float32)
  }
}
