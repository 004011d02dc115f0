import Settings

/// scikit-learn's `StandardScaler`.
struct StandardStep: ColumnStep {
  static let name = "standard"
  static let summary = "(x − mean) / standard deviation"
  static let hyperparameters: [Hyperparameter<StandardStep>] = [
    .flag("with_mean", \.withMean, "subtract the mean"),
    .flag("with_std", \.withDeviation, "divide by the standard deviation (over n), of a constant by 1"),
  ]
  static let texts = ColumnChoice.parameters(of: \StandardStep.choice)

  var withMean = true
  var withDeviation = true
  var choice = ColumnChoice()

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Scaling> {
    try NumberMaps(data, choice) { (name, values) throws(PipelineError) in
      try Self.scaling(values, withMean: withMean, withDeviation: withDeviation).finite(name)
    }
  }

  /// A column without a value is left as it is.
  static func scaling(_ values: [Double], withMean: Bool, withDeviation: Bool) -> Scaling {
    let present = PresentValues(values)
    if present.count == 0 { return Scaling(center: 0, scale: 1) }
    var scale = 1.0
    if withDeviation {
      let variance = present.variance(values)
      scale = present.isConstant(variance: variance) ? 1 : variance.squareRoot()
    }
    return Scaling(center: withMean ? present.mean : 0, scale: scale)
  }
}
