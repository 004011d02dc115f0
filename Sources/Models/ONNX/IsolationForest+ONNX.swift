import Learning
import ONNX

extension IsolationForestModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    let scores = graph.unsqueeze(scores(of: features.doubles(in: graph), in: graph), axis: 1)
    let isOutlier = graph.cast(graph.add("Less", scores, graph.constant(offset)), to: .float64)
    return graph.cast(graph.concat([isOutlier, scores], axis: 1), to: .float32)
  }
}
