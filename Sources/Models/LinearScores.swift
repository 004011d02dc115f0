import BLASBridge
import Datasets
import Learning

/// Weights of features in double precision, and what they make of rows, dense or sparse.
struct LinearScores: Hashable, Sendable {
  let features: Int
  /// `[outputs, features]`
  var weights: [Double]
  /// `[outputs]`
  var intercepts: [Double]

  var outputs: Int { intercepts.count }

  /// `[features, outputs]`
  var matrix: Matrix<Float> {
    let matrix = Matrix<Float>(rows: features, columns: outputs)
    for output in 0..<outputs {
      for feature in 0..<features { matrix[feature, output] = Float(weights[output * features + feature]) }
    }
    return matrix
  }

  init(features: Int, weights: [Double], intercepts: [Double]) {
    precondition(weights.count == features * intercepts.count, "\(weights.count) weights of \(features) features")
    (self.features, self.weights, self.intercepts) = (features, weights, intercepts)
  }

  /// `[n, outputs]`, row after row. Traps where the rows have another width.
  func scores(of rows: Features) -> [Double] {
    precondition(rows.count == features, "rows of \(rows.count) for weights of \(features) features")
    let outputs = outputs
    var result: [Double] = []
    result.reserveCapacity(rows.rows * outputs)
    for _ in 0..<rows.rows { result += intercepts }
    result.withUnsafeMutableBufferPointer { result in
      weights.withUnsafeBufferPointer { weights in
        switch rows {
        case .sparse(let matrix):
          for row in 0..<matrix.rows {
            for element in matrix.offsets[row]..<matrix.offsets[row + 1] {
              let (column, value) = (Int(matrix.indices[element]), matrix.values[element])
              for output in 0..<outputs {
                result[row * outputs + output] += value * weights[output * features + column]
              }
            }
          }
        case .scaled, .columns:
          let x = rows.matrix
          for row in 0..<x.rows {
            for output in 0..<outputs {
              var sum = 0.0
              for column in 0..<features {
                sum += Double(x.base[row * x.stride + column]) * weights[output * features + column]
              }
              result[row * outputs + output] += sum
            }
          }
        }
      }
    }
    return result
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("coefficients", weights)
    checkpoint.set("intercepts", intercepts)
  }

  /// Throws `CheckpointError` where what was saved does not fit.
  init(from checkpoint: Checkpoint) throws {
    intercepts = try checkpoint.doubles("intercepts")
    weights = try checkpoint.doubles("coefficients")
    guard !intercepts.isEmpty, weights.count % intercepts.count == 0 else {
      throw CheckpointError("the checkpoint has \(weights.count) coefficients for \(intercepts.count) outputs")
    }
    features = weights.count / intercepts.count
  }
}
