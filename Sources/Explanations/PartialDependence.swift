import Datasets
import Models

/// The predictions of rows whose value of one column is replaced: by each of some values, for every row (individual
/// conditional expectation, Goldstein et al. 2015), and in the mean over the rows (partial dependence, Friedman 2001).
package struct PartialDependence: Sendable {
  package let column: String
  package let outputs: [String]
  /// Quantiles of the rows' values in ascending order, or the most frequent levels.
  package let values: [SourceValue]
  /// `[outputs][values]`
  package let means: [[Double]]
  /// Of the rows that `curves` are of, their places.
  package let rows: [Int]
  /// `[outputs][rows][values]`
  package let curves: [[[Double]]]
}

extension ExplainedModel {
  /// Of up to `most` values of a column, over `rows`; curves of the first `curves` rows. nil where no row has a value.
  package func partialDependence(
    on column: SourceColumn, _ rows: Features, most: Int = 20, curves: Int = 50
  ) -> PartialDependence? {
    let (values, places) = Self.grid(of: column, rows, most: most)
    guard !values.isEmpty else { return nil }
    let inOrder = Array(0..<rows.rows)
    let predictions = places.map { place in
      self.predictions(rows.replacing(column, from: [Int](repeating: place, count: rows.rows)))
    }
    let shown = Array(inOrder.prefix(curves))
    return PartialDependence(
      column: column.name, outputs: outputs, values: values,
      means: outputs.indices.map { output in
        predictions.map { rows in rows.reduce(0) { $0 + $1[output] } / Double(rows.count) }
      },
      rows: shown,
      curves: outputs.indices.map { output in shown.map { row in predictions.map { $0[row][output] } } })
  }

  /// Values of a column and a row that has each: numbers at equal shares of the rows, levels by how frequent they are.
  private static func grid(of column: SourceColumn, _ rows: Features, most: Int) -> ([SourceValue], [Int]) {
    var first: [SourceValue: Int] = [:]
    var (counts, known): ([SourceValue: Int], [(value: SourceValue, row: Int)]) = ([:], [])
    for row in 0..<rows.rows {
      let value = rows.value(of: column, row: row)
      if value == .missing { continue }
      if first[value] == nil { first[value] = row }
      counts[value, default: 0] += 1
      known.append((value, row))
    }
    var chosen: [SourceValue]
    if case .level? = known.first?.value {
      chosen = counts.keys.sorted { (counts[$1]!, $0.position!) < (counts[$0]!, $1.position!) }
      chosen = chosen.prefix(most).sorted { $0.position! < $1.position! }
    } else if counts.count <= most {
      chosen = counts.keys.sorted { $0.position! < $1.position! }
    } else {
      let sorted = known.map(\.value).sorted { $0.position! < $1.position! }
      chosen = []
      for step in 0..<most {
        let value = sorted[step * (sorted.count - 1) / (most - 1)]
        if chosen.last != value { chosen.append(value) }
      }
    }
    return (chosen, chosen.map { first[$0]! })
  }
}
