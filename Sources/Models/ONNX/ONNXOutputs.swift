import ONNX

extension ONNXGraph {
  /// Makes what a model says of n rows `[n, outputs]` the graph's outputs: `label` and `probabilities` where there are `labels` of
  /// classes, the columns that the model makes where it has such, else `prediction`. `best` are the places of labels, those of
  /// the largest probabilities if nil.
  package func addOutputs(
    _ outputs: ONNXValue, of model: any FittedModel, labels: ONNXTensor? = nil, best: ONNXValue? = nil
  ) {
    if let labels {
      output("label", rows(best ?? argmax(outputs), of: labels), labels.type)
      return output("probabilities", outputs, .float32, [labels.shape[0]])
    }
    guard let columns = model.outputColumns else { return output("prediction", column(0, of: outputs), .float32) }
    for (place, column) in columns.enumerated() {
      let value = self.column(place, of: outputs)
      output(column.name, column.isInteger ? cast(value, to: .int64) : value, column.isInteger ? .int64 : .float32)
    }
  }
}
