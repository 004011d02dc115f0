import ONNX

/// A fitted model that ONNX's operators express.
package protocol ONNXModel: FittedModel {
  /// What `outputs(of:)` says of n rows, single precision `[n, outputs]`.
  func outputs(of features: ONNXFeatures, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue
}

/// The features of some rows in a graph, in the form that a model asks for.
package enum ONNXFeatures {
  /// `[n, d]`, single precision.
  case scaled(ONNXValue)
  /// The same for a model of sparse rows, which computes in double precision.
  case sparse(ONNXValue)
  case columns([ONNXColumn])

  /// Traps where these are of another form: a model gets the form that its type names.
  package var matrix: ONNXValue {
    guard case .scaled(let x) = self else { preconditionFailure("a model of scaled rows got another form") }
    return x
  }

  package var columns: [ONNXColumn] {
    guard case .columns(let columns) = self else { preconditionFailure("a model of columns got another form") }
    return columns
  }

  /// `[n, d]` in double precision, of rows that are no columns.
  func doubles(in graph: ONNXGraph) -> ONNXValue {
    switch self {
    case .scaled(let x): graph.cast(x, to: .float64)
    case .sparse(let x): x
    case .columns: preconditionFailure("a model of scaled rows got another form")
    }
  }
}

/// The values of one column `[n]`.
package enum ONNXColumn {
  /// Doubles, NaN where a value is missing.
  case numbers(ONNXValue)
  /// Indices of levels, of type int64; `levels` where a value is missing or is none of them.
  case codes(ONNXValue, levels: Int)

  package var value: ONNXValue {
    switch self {
    case .numbers(let value), .codes(let value, _): value
    }
  }
}
