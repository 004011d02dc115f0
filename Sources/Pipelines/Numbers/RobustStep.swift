import Settings

/// scikit-learn's `RobustScaler`.
struct RobustStep: ColumnStep {
  static let name = "robust"
  static let summary = "(x − median) / distance of two quantiles"
  static let hyperparameters: [Hyperparameter<RobustStep>] = [
    .flag("with_centering", \.withCentering, "subtract the median"),
    .flag("with_scaling", \.withScaling, "divide by the distance of the quantiles, of a constant by 1"),
    .flag("unit_variance", \.unitVariance, "a normal distribution gets the variance 1"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \RobustStep.choice)
    + [.range("quantile_range", \.range, .percent, "the quantiles in percent")]

  var withCentering = true
  var withScaling = true
  var unitVariance = false
  var range: [Double] = [25, 75]
  var choice = ColumnChoice()

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Scaling> {
    try NumberMaps(data, choice) { (name, values) throws(PipelineError) in
      let sorted = values.sortedPresent()
      if sorted.isEmpty { return Scaling(center: 0, scale: 1) }
      var scale = 1.0
      if withScaling {
        let width = sorted.percentile(range[1] / 100) - sorted.percentile(range[0] / 100)
        scale = width < 10 * .ulpOfOne ? 1 : width
        if unitVariance { scale /= normalQuantile(range[1] / 100) - normalQuantile(range[0] / 100) }
      }
      return try Scaling(center: withCentering ? sorted.median : 0, scale: scale).finite(name)
    }
  }

  func check() throws(PipelineError) {
    if unitVariance, range[0] == 0 || range[1] == 100 {
      throw PipelineError("unit_variance needs a quantile_range above 0 and below 100", status: .badUsage)
    }
  }
}

extension Bounds {
  static let percent = Bounds.atLeast(0, limit: 100)
}

extension [Double] {
  /// Of sorted values.
  var median: Double {
    let middle = count / 2
    return count % 2 == 1 ? self[middle] : self[middle - 1] / 2 + self[middle] / 2
  }
}
