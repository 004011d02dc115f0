import BLASBridge
import CKernels
import Formats

/// Rows with their targets as a network is trained on them: labels as they are, numbers in units of their deviation.
struct TrainingRows {
  let count: Int
  /// `[count, inputs]`, row after row.
  private let x: Matrix<Float>
  /// Empty where the targets are numbers.
  private let labels: [Int32]
  /// `[count, outputs]`, or `[count, 1]` where quantiles are predicted; no rows where the targets are classes.
  private let numbers: Matrix<Float>
  private let quantiles: PinballLoss?

  init(_ x: Matrix<Float>, _ target: SupervisedTarget, units: TargetUnits) {
    self.x = x.packed
    count = x.rows
    quantiles = if case .quantiles(let shares, _) = target { PinballLoss(shares) } else { nil }
    switch target {
    case .classes(let classes, _):
      labels = classes.map(Int32.init)
      numbers = Matrix(rows: 0, columns: 0)
    case .numbers(let values), .quantiles(_, let values):
      labels = []
      numbers = Matrix(rows: values.rows, columns: values.columns)
      for row in 0..<values.rows {
        for i in 0..<values.columns { numbers[row, i] = (values[row, i] - units.means[i]) / units.deviations[i] }
      }
    }
  }

  /// Room for up to `rows` rows side by side.
  final class Batch {
    let inputs: FloatBuffer
    let numbers: FloatBuffer
    let labels: UnsafeMutablePointer<Int32>

    init(rows: Int, inputs: Int, outputs: Int) {
      self.inputs = FloatBuffer(count: rows * inputs)
      numbers = FloatBuffer(count: rows * outputs)
      labels = .allocate(capacity: rows)
      labels.initialize(repeating: 0, count: rows)
    }

    deinit { labels.deallocate() }
  }

  /// Lays the rows `order[start ..< start + rows]` and their targets side by side.
  func gather(_ order: [Int32], from start: Int, rows: Int, into batch: Batch) {
    order.withUnsafeBufferPointer { order in
      let indices = order.baseAddress! + start
      rl_gather_rows(x.base, x.columns, indices, batch.inputs.base, rows, x.columns)
      if labels.isEmpty {
        rl_gather_rows(numbers.base, numbers.columns, indices, batch.numbers.base, rows, numbers.columns)
      } else {
        labels.withUnsafeBufferPointer { labels in
          for row in 0..<rows { batch.labels[row] = labels[Int(indices[row])] }
        }
      }
    }
  }

  /// The loss of all rows: the mean cross-entropy, the mean squared error in units of the targets' variance, or the mean pinball
  /// loss in units of their deviation.
  /// `workspace` decides how many rows go through the network at a time.
  func loss(
    of network: Network, _ parameters: UnsafePointer<Float>, in workspace: Network.Workspace
  ) -> Double {
    let width = network.outputWidth
    var sum = 0.0
    RowBlocks.forEach(count, size: workspace.rows) { range in
      let outputs = network.forward(
        x.base + range.lowerBound * x.columns, rows: range.count, parameters: parameters, in: workspace)
      if let quantiles {
        sum += quantiles.sum(outputs, targets: numbers.base + range.lowerBound, rows: range.count)
      } else if labels.isEmpty {
        let truth = numbers.base + range.lowerBound * width
        for i in 0..<range.count * width {
          let error = Double(outputs[i] - truth[i])
          sum += error * error
        }
      } else {
        rl_log_softmax(outputs, outputs, range.count, width)
        for row in 0..<range.count { sum -= Double(outputs[row * width + Int(labels[range.lowerBound + row])]) }
      }
    }
    return sum / Double(labels.isEmpty && quantiles == nil ? count * width : count)
  }
}

/// The mean and deviation of each number to predict, `[outputs]`, which a network predicts in units of; empty for classes.
struct TargetUnits {
  var means: [Float] = []
  var deviations: [Float] = []

  init(of target: SupervisedTarget) {
    let values: Matrix<Float>
    switch target {
    case .classes: return
    case .numbers(let numbers), .quantiles(_, let numbers): values = numbers
    }
    for column in 0..<values.columns {
      let numbers = (0..<values.rows).map { Double(values[$0, column]) }
      let variance = variance(numbers)
      means.append(Float(mean(numbers)))
      deviations.append(variance > 0 ? Float(variance.squareRoot()) : 1)
    }
    if case .quantiles(let shares, _) = target {
      // All in the units of the one number.
      means = [Float](repeating: means[0], count: shares.count)
      deviations = [Float](repeating: deviations[0], count: shares.count)
    }
  }
}
