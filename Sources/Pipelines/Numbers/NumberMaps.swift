import Datasets

/// What is done with the numbers of one column, whatever the others are.
protocol NumberMap: Codable, Sendable {
  /// NaN, a missing value, stays NaN.
  func apply(_ values: inout [Double]) throws(PipelineError)
}

/// Columns of numbers that are each changed in place.
struct NumberMaps<Map: NumberMap>: FittedStep {
  struct Item: Codable, Sendable {
    var column: String
    var map: Map
  }

  var items: [Item]

  /// Fits a map to each column.
  init(
    _ data: TrainingRows, _ choice: ColumnChoice,
    _ fit: (_ name: String, _ values: [Double]) throws(PipelineError) -> Map
  ) throws(PipelineError) {
    items = []
    let names = try data.names(choice, kinds: [.number])
    for (name, values) in zip(names, try data.output.numbers(of: names)) {
      if let value = values.first(where: { $0.isInfinite }) {
        throw PipelineError("the column '\(name)' has the value \(value): make it missing or finite first")
      }
      items.append(Item(column: name, map: try fit(name, values)))
    }
  }

  func transform(_ output: inout PipelineOutput) throws(PipelineError) {
    let names = items.map(\.column)
    var columns = try output.numbers(of: names)
    for (place, item) in items.enumerated() { try item.map.apply(&columns[place]) }
    output = try output.replacing(names, by: columns)
  }
}

/// (x − center) / scale.
struct Scaling: NumberMap {
  var center: Double
  var scale: Double

  func apply(_ values: inout [Double]) {
    let (center, scale) = (center, scale)
    values.change { ($0 - center) / scale }
  }

  /// Throws where the column's values are too large for their squares to be numbers.
  func finite(_ column: String) throws(PipelineError) -> Scaling {
    if center.isFinite && scale.isFinite && scale != 0 { return self }
    throw PipelineError("the values of column '\(column)' are too large to be scaled: take 'quantile' or divide them")
  }
}
