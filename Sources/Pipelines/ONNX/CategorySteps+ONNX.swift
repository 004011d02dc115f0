import ONNX

extension CategoryLevels {
  /// The place of each word's category, behind that of a new one: 0 for new, which a missing value is where the training rows had
  /// none. `[n]`
  fileprivate func places(of words: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let new = levels.count + (hasMissing ? 1 : 0)
    return graph.places(of: words, among: levels, missing: hasMissing ? levels.count : new, unknown: new)
  }

  /// A number for each category, and one for new ones; without the latter these end a prediction with an error.
  fileprivate func numbers(
    _ values: [Double], new: Double?, of words: ONNXValue, _ column: String, in graph: ONNXGraph
  ) -> ONNXValue {
    let table = values + (new.map { [$0] } ?? [])
    return graph.rows(
      places(of: words, in: graph), of: ONNXTensor(table),
      refusal: new == nil ? "the column '\(column)' has a category that no training row had" : nil)
  }
}

extension OneHotStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    if isSparse { throw ONNXError("its columns are sparse, which those of ONNX are not: set sparse_output to false") }
    for item in items {
      let new: Double? =
        switch unknown {
        case .error: nil
        case .ignore: -1
        case .infrequent: Double(item.infrequent ?? -1)
        }
      let features = item.levels.numbers(
        item.features.map { Double($0 ?? -1) }, new: new, of: try table.words(item.column), item.column, in: graph)
      let columns = item.names.enumerated().map { place, name -> (name: String, column: ONNXTable.Column) in
        let isOwn = graph.add("Equal", features, graph.constant(Double(place)))
        return ("\(item.column)=\(name)", .numbers(graph.cast(isOwn, to: .float64)))
      }
      table.replace(item.column, by: columns)
    }
  }
}

extension OrdinalStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for item in items {
      let numbers = item.levels.numbers(
        item.values.map { $0 ?? .nan }, new: unknown == .error ? nil : unknownValue ?? .nan,
        of: try table.words(item.column), item.column, in: graph)
      table.replace(item.column, by: [(item.column, .numbers(numbers))])
    }
  }
}

extension TargetStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for item in items {
      let words = try table.words(item.column)
      let encoded = zip(item.values, means).map { values, mean in
        item.levels.numbers(values, new: mean, of: words, item.column, in: graph)
      }
      let isOne = encoded.count != classes.count
      table.replace(
        item.column,
        by: encoded.enumerated().map { place, values in
          (isOne ? item.column : "\(item.column)=\(classes[place])", .numbers(values))
        })
    }
  }
}

extension RareStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for item in items {
      let words = graph.words(try table.words(item.column), keeping: item.kept, others: replacement)
      table.replace(item.column, by: [(item.column, .words(words))])
    }
  }
}
