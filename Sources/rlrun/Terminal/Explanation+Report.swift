import Explanations
import Models

extension Explanation {
  /// An explanation as JSON.
  struct Report: Encodable {
    struct Column: Encodable {
      var column: String
      var meanSHAP: Double
      var lost: Double?
      var lostLow: Double?
      var lostHigh: Double?
      var gainShare: Double?
      var splits: Int?
      /// Where a pipeline makes it: columns of the data.
      var madeOf: [String]?
    }
    struct Part: Encodable {
      var column: String
      var value: String
      var adds: Double
      var standardError: Double?
    }
    struct Row: Encodable {
      var row: Int
      var output: String
      var expected: Double
      var total: Double
      var columns: [Part]
    }
    struct Curve: Encodable {
      var row: Int
      var predictions: [Double]
    }
    struct Dependence: Encodable {
      var column: String
      var output: String
      var values: [String]
      var mean: [Double]
      var rows: [Curve]
    }
    var run: String
    var model: String
    var target: String
    var rows: Int
    var origin: String
    var method: String
    var unit: String
    var expected: [String: Double]
    var metric: String?
    var score: Double?
    var repeats: Int?
    var columns: [Column]
    var explainedRows: [Row]
    var partialDependence: [Dependence]
  }

  var report: Report {
    let sizes = summary.meanSizes
    return Report(
      run: run, model: name, target: model.target, rows: source.features.rows, origin: source.origin,
      method: summary.method.rawValue, unit: summary.unit.rawValue,
      expected: Dictionary(uniqueKeysWithValues: zip(summary.outputs, summary.expected)),
      metric: importance?.metric, score: importance?.score, repeats: importance?.repeats,
      columns: ranking.map { column in
        let loss = importance?.columns[column].loss
        return Report.Column(
          column: model.columns[column].name, meanSHAP: sizes[column], lost: loss?.mean, lostLow: loss?.low,
          lostHigh: loss?.high, gainShare: gains?[column].share, splits: gains?[column].splits,
          madeOf: source.sources[model.columns[column].name])
      },
      explainedRows: rows.enumerated().flatMap { place, row in
        model.outputs.indices.map { output in
          Report.Row(
            row: row + 1, output: model.outputs[output], expected: parts.expected[output],
            total: parts.total(output: output, row: place),
            columns: model.columns.indices.map { column in
              Report.Part(
                column: model.columns[column].name,
                value: source.features.value(of: model.columns[column], row: row).words,
                adds: parts.values[output][place][column], standardError: parts.errors?[output][place][column])
            })
        }
      },
      partialDependence: dependences.flatMap { one in
        one.outputs.indices.map { output in
          Report.Dependence(
            column: one.column, output: one.outputs[output], values: one.values.map(\.words), mean: one.means[output],
            rows: zip(one.rows, one.curves[output]).map { Report.Curve(row: $0 + 1, predictions: $1) })
        }
      })
  }
}

/// A node of a tree as JSON.
struct TreeReport: Encodable {
  var question: String?
  var rows: Int
  var gain: Double?
  var values: [String: Double]
  var yes: [TreeReport] = []
  var no: [TreeReport] = []
  /// Below, where they are left out.
  var leaves: Int?

  init(_ tree: ReadableTree) {
    func values(_ facts: ReadableTree.Facts) -> [String: Double] {
      Dictionary(facts.values.map { ($0.output, $0.value) }) { first, _ in first }
    }
    switch tree {
    case .leaf(let facts): (rows, self.values) = (facts.rows, values(facts))
    case .cut(let count, let facts): (rows, self.values, leaves) = (facts.rows, values(facts), count)
    case .question(let question, let facts, let first, let second):
      (self.question, rows, gain, self.values) = (question, facts.rows, facts.gain, values(facts))
      (yes, no) = ([TreeReport(first)], [TreeReport(second)])
    }
  }
}
