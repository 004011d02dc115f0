import Datasets
import Randomness
import Settings

/// scikit-learn's `KBinsDiscretizer`.
struct BinStep: ColumnStep {
  enum Encoding: String, CaseIterable, Codable, Sendable { case onehot, ordinal }
  enum Strategy: String, CaseIterable, Sendable { case uniform, quantile, kmeans }
  enum QuantileMethod: String, CaseIterable, Sendable {
    case averaged = "averaged_inverted_cdf"
    case linear
  }

  static let name = "bins"
  static let summary = "numbers to intervals"
  static let hyperparameters: [Hyperparameter<BinStep>] = [
    .integer("n_bins", \.bins, .atLeast(2, limit: 10_000), "intervals"),
    .choice("encode", \.encoding, "onehot: a column for each interval; ordinal: the interval's index"),
    .choice("strategy", \.strategy, "uniform: equal widths; quantile: equal counts; kmeans: nearest centre"),
    .choice("quantile_method", \.quantileMethod, "how quantiles between two values are taken"),
    .optionalNumber("subsample", \.subsample, .atLeast(1), "rows that intervals are found from; null: all"),
  ]
  static let texts = ColumnChoice.parameters(of: \BinStep.choice)

  var bins = 5
  var encoding = Encoding.onehot
  var strategy = Strategy.quantile
  var quantileMethod = QuantileMethod.averaged
  var subsample: Double? = 200_000
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      /// Where the second interval begins, the third, and so on.
      var inner: [Double]
    }
    var items: [Item]
    var encoding: Encoding

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let names = items.map(\.column)
      let columns = try output.numbers(of: names)
      let width = items.reduce(0) { $0 + $1.inner.count + 1 }
      if encoding == .onehot {
        try PipelineError.requireMemory(rows: output.rowCount, columns: width, lower: "lower n_bins")
      }
      try output.replace(names, by: zip(items, columns).map { item, values in item.encoded(values, encoding) })
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(choice, kinds: [.number])
    let sample = QuantileStep.sample(data.output.rowCount, subsample, data.seed)
    var items: [Fitted.Item] = []
    for (name, values) in zip(names, try data.output.numbers(of: names)) {
      let sorted = (sample.map { rows in rows.map { values[$0] } } ?? values).sortedPresent()
      if let value = sorted.last, !(value - sorted[0]).isFinite {
        throw PipelineError("the values of column '\(name)' are too large for intervals: divide them")
      }
      items.append(Fitted.Item(column: name, inner: Array(edges(sorted).dropFirst().dropLast())))
    }
    return Fitted(items: items, encoding: encoding)
  }

  /// The ends of the intervals of sorted values; of constants, and of no values, none.
  private func edges(_ sorted: [Double]) -> [Double] {
    guard let low = sorted.first, let high = sorted.last, low < high else { return [] }
    let even = [Double].evenly(from: low, to: high, count: bins + 1)
    let found: [Double]
    switch strategy {
    case .uniform: return even
    case .quantile:
      found = [Double].evenly(from: 0, to: 100, count: bins + 1).map { percent in
        quantileMethod == .linear ? sorted.percentile(percent / 100) : sorted.averagedQuantile(percent / 100)
      }
    case .kmeans:
      let centers = SortedClusters.centers(of: sorted, from: zip(even, even.dropFirst()).map { ($0 + $1) * 0.5 })
      found = [low] + zip(centers, centers.dropFirst()).map { ($0 + $1) * 0.5 } + [high]
    }
    // Intervals without width go.
    return found.enumerated().filter { $0.offset == 0 || $0.element - found[$0.offset - 1] > 1e-8 }.map(\.element)
  }
}

extension BinStep.Fitted.Item {
  fileprivate func encoded(_ values: [Double], _ encoding: BinStep.Encoding) -> [(name: String, column: Column)] {
    var codes = values
    codes.change { value in
      if value.isNaN { return value }
      var (first, end) = (0, inner.count)
      while first < end {
        let middle = (first + end) / 2
        if inner[middle] <= value { first = middle + 1 } else { end = middle }
      }
      return Double(first)
    }
    if encoding == .ordinal { return [(column, .numbers(codes))] }
    return (0...inner.count).map { bin in
      ("\(column)=\(bin)", .numbers(codes.map { $0 == Double(bin) ? 1 : 0 }))
    }
  }
}

extension [Double] {
  /// Of sorted values: the one below which a share of them is, or the mean of two where it is between them.
  fileprivate func averagedQuantile(_ fraction: Double) -> Double {
    let place = Double(count) * fraction - 1
    if place <= 0 && place != 0 { return self[0] }
    let lower = Int(Swift.min(place, Double(count - 1)))
    if lower + 1 >= count { return self[count - 1] }
    return place == Double(lower) ? self[lower] + (self[lower + 1] - self[lower]) * 0.5 : self[lower + 1]
  }
}
