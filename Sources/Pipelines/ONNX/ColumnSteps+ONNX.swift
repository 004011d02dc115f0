import ONNX

extension DropStep.Fitted: ONNXStep {
  /// Columns that are not there are gone already.
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) {
    for name in columns { table.replace(name, by: []) }
  }
}

extension ImputeStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    if neighbours != nil || model != nil {
      throw ONNXError(
        "what it fills in depends on the other columns, which has no form in ONNX: impute by mean, median, most_frequent or constant"
      )
    }
    for item in items {
      let (isMissing, filled) = try item.filled(table, in: graph)
      var new: [(name: String, column: ONNXTable.Column)] = filled.map { [(item.column, $0)] } ?? []
      if item.hasIndicator { new.append((item.column + ".missing", .numbers(graph.cast(isMissing, to: .float64)))) }
      table.replace(item.column, by: new)
    }
  }
}

extension ImputeStep.Fitted.Item {
  /// Which rows lack a value, and the column without such; nil for none.
  fileprivate func filled(
    _ table: ONNXTable, in graph: ONNXGraph
  ) throws(ONNXError) -> (isMissing: ONNXValue, column: ONNXTable.Column?) {
    func filled(_ values: ONNXValue, _ fill: Double) -> (ONNXValue, ONNXValue) {
      let isMissing = graph.add("IsNaN", values)
      return (isMissing, graph.add("Where", isMissing, graph.constant(fill), values))
    }
    switch fill {
    case .number(let value):
      let (isMissing, values) = filled(try table.numbers(column), value)
      return (isMissing, .numbers(values))
    case .date(let value):
      let (isMissing, values) = filled(try table.dates(column), value)
      return (isMissing, .dates(values))
    case .word(let word):
      let words = try table.words(column)
      let isMissing = graph.isMissing(words)
      return (isMissing, .words(graph.add("Where", isMissing, graph.constant(ONNXTensor([word])), words)))
    case .dropped:
      switch try table.column(column) {
      case .numbers(let values), .dates(let values): return (graph.add("IsNaN", values), nil)
      case .words(let words): return (graph.isMissing(words), nil)
      }
    }
  }
}

extension PolynomialStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    if columns.isEmpty { return }
    var values: [ONNXValue] = []
    for name in columns { values.append(try table.numbers(name)) }
    let products: [[Int]]
    do throws(PipelineError) { products = try self.products() } catch { throw ONNXError(error.description) }
    let ones = graph.squeeze(graph.repeated([1], rowsOf: values[0]), axis: 1)
    for name in columns { table.replace(name, by: []) }
    for factors in products {
      var product = factors.first.map { values[$0] } ?? ones
      for factor in factors.dropFirst() { product = graph.add("Mul", product, values[factor]) }
      table.append(name(factors), .numbers(product))
    }
  }
}

extension PCAStep.Fitted: ONNXStep {
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    if columns.isEmpty { return }
    var values: [ONNXValue] = []
    for name in columns { values.append(try table.numbers(name)) }
    let centred = graph.add("Sub", graph.columns(values), graph.constant(ONNXTensor(means)))
    let transposed = columns.indices.flatMap { column in directions.map { $0[column] } }
    let scores = graph.add(
      "MatMul", centred, graph.constant(ONNXTensor(transposed, shape: [columns.count, directions.count])))
    for name in columns { table.replace(name, by: []) }
    for component in directions.indices {
      table.append(prefix + "\(component + 1)", .numbers(graph.column(component, of: scores)))
    }
  }
}

extension BinStep.Fitted: ONNXStep {
  /// The number of an interval is that of the edges which are not above a number.
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for item in items {
      let values = try table.numbers(item.column)
      var codes = graph.squeeze(graph.repeated([0], rowsOf: values), axis: 1)
      if !item.inner.isEmpty {
        let isReached = graph.add(
          "GreaterOrEqual", graph.unsqueeze(values, axis: 1), graph.constant(ONNXTensor(item.inner)))
        codes = graph.sum(graph.cast(isReached, to: .float64), axis: 1)
      }
      let known = graph.add("Where", graph.add("IsNaN", values), graph.constant(Double.nan), codes)
      if encoding == .ordinal {
        table.replace(item.column, by: [(item.column, .numbers(known))])
      } else {
        let new = (0...item.inner.count).map { bin -> (name: String, column: ONNXTable.Column) in
          let isOwn = graph.add("Equal", known, graph.constant(Double(bin)))
          return ("\(item.column)=\(bin)", .numbers(graph.cast(isOwn, to: .float64)))
        }
        table.replace(item.column, by: new)
      }
    }
  }
}
