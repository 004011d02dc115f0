import BLASBridge
import Datasets
import Models
import Randomness
import Trees

extension ExplainedModel {
  /// The exact method, where there is one; else samples.
  package var usualMethod: Contributions.Method {
    model is any ModelOfTrees ? .tree : model is any ModelOfWeights ? .linear : .sampled
  }

  /// Those that can explain the model.
  package var methods: [Contributions.Method] {
    switch usualMethod {
    case .tree: [.tree, .interventional, .sampled]
    case .linear: [.linear, .sampled]
    default: [.sampled]
    }
  }

  /// What each column adds to the outputs of rows. `background`: rows that stand for what is not known of one.
  ///
  /// Traps where the method is none of `methods`, or there is no background row that it needs.
  package func contributions(
    of rows: Features, background: Features, method: Contributions.Method, seed: UInt64
  ) -> Contributions {
    switch method {
    case .tree:
      guard let trees else { preconditionFailure("the model has no trees") }
      return contributions(trees.contributions(of: rows.columns), method, Contributions.Unit(trees.unit))
    case .interventional:
      guard let trees else { preconditionFailure("the model has no trees") }
      return contributions(
        trees.contributions(of: rows.columns, against: background.columns), method, Contributions.Unit(trees.unit))
    case .linear:
      guard let model = model as? any ModelOfWeights else { preconditionFailure("the model has no weighted sums") }
      return linearContributions(model, rows.matrix, background.matrix)
    case .sampled:
      return sampledContributions(rows, background, seed: seed)
    }
  }

  private func contributions(
    _ own: FeatureContributions, _ method: Contributions.Method, _ unit: Contributions.Unit
  ) -> Contributions {
    let values = (0..<own.outputs).map { output in
      (0..<own.rows).map { row in summed((0..<own.features).map { own[output, $0, row] }) }
    }
    return Contributions(
      method: method, unit: unit, columns: columns.map(\.name), outputs: outputs, rows: own.rows,
      expected: own.expected, values: values, errors: nil)
  }

  /// Weight × (x − mean of the background rows), which is the Shapley value of a sum.
  private func linearContributions(
    _ model: any ModelOfWeights, _ x: Matrix<Float>, _ background: Matrix<Float>
  ) -> Contributions {
    precondition(background.rows > 0, "there is no background row")
    let weights = model.weights
    let means = (0..<x.columns).map { feature in
      (0..<background.rows).reduce(0.0) { $0 + Double(background[$1, feature]) } / Double(background.rows)
    }
    let expected = (0..<weights.columns).map { output in
      means.indices.reduce(Double(model.intercepts[output])) { $0 + means[$1] * Double(weights[$1, output]) }
    }
    let values = (0..<weights.columns).map { output in
      (0..<x.rows).map { row in
        summed(means.indices.map { Double(weights[$0, output]) * (Double(x[row, $0]) - means[$0]) })
      }
    }
    return Contributions(
      method: .linear, unit: model.sumsArePredictions ? .number : .score, columns: columns.map(\.name),
      outputs: outputs, rows: x.rows, expected: expected, values: values, errors: nil)
  }

  /// Each background row turns into the row column by column, in a drawn order and in the reverse of it (Castro et al. 2009,
  /// Mitchell et al. 2022): what the output changes by is a sample of the column's contribution.
  private func sampledContributions(_ rows: Features, _ background: Features, seed: UInt64) -> Contributions {
    let samples = background.rows
    precondition(samples > 0, "there is no background row")
    let all = background.joined(rows)
    let (count, outputs) = (columns.count, outputs)
    let starts = predictions(background)
    let expected = outputs.indices.map { output in starts.reduce(0) { $0 + $1[output] } / Double(samples) }
    var values = outputs.map { _ in [[Double]]() }
    var errors = values
    let root = SeedSequence(seed)
    for row in 0..<rows.rows {
      var generator = CounterGenerator(root.child(named: "orders")).split(UInt64(row))
      var orders: [[Int]] = []
      // places[column][i]: the rows that are predicted, of each order one for every column but none and all.
      var places = [[Int]](repeating: [], count: count)
      for sample in 0..<samples {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, generator.integer(below: last + 1)) }
        for order in [order, order.reversed()] {
          var isKnown = [Bool](repeating: false, count: count)
          for column in order.dropLast() {
            isKnown[column] = true
            for place in 0..<count { places[place].append(isKnown[place] ? samples + row : sample) }
          }
          orders.append(order)
        }
      }
      let between = count > 1 ? predictions(all.assembled(columns, rows: places)) : []
      let end = predictions(rows.chosen([row]))[0]
      for output in outputs.indices {
        var (sums, squares) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for sample in 0..<samples {
          // Of an order and its reverse together, which are not independent.
          var changes = [Double](repeating: 0, count: count)
          for number in [2 * sample, 2 * sample + 1] {
            var before = starts[sample][output]
            for (step, column) in orders[number].enumerated() {
              let after = step < count - 1 ? between[number * (count - 1) + step][output] : end[output]
              changes[column] += (after - before) / 2
              before = after
            }
          }
          for column in 0..<count {
            sums[column] += changes[column]
            squares[column] += changes[column] * changes[column]
          }
        }
        let n = Double(samples)
        values[output].append(sums.map { $0 / n })
        errors[output].append(
          zip(sums, squares).map { sum, squares in
            samples < 2 ? .nan : (max(0, squares - sum * sum / n) / (n - 1) / n).squareRoot()
          })
      }
    }
    return Contributions(
      method: .sampled, unit: classes == nil ? .number : .probability, columns: columns.map(\.name), outputs: outputs,
      rows: rows.rows, expected: expected, values: values, errors: errors)
  }
}

extension Contributions.Unit {
  fileprivate init(_ unit: AddedTrees.Unit) {
    switch unit {
    case .score: self = .score
    case .probability: self = .probability
    case .number: self = .number
    }
  }
}
