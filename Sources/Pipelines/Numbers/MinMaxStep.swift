import Settings

/// scikit-learn's `MinMaxScaler`.
struct MinMaxStep: ColumnStep {
  static let name = "min_max"
  static let summary = "the training values' range to a given one"
  static let hyperparameters: [Hyperparameter<MinMaxStep>] = [
    .flag("clip", \.clip, "cut later values off at the range")
  ]
  static let texts =
    ColumnChoice.parameters(of: \MinMaxStep.choice) + [.range("feature_range", \.range, .finite, "the new range")]

  var clip = false
  var range: [Double] = [0, 1]
  var choice = ColumnChoice()

  /// x · scale + offset.
  struct Map: NumberMap {
    var scale: Double
    var offset: Double
    var low: Double?
    var high: Double?

    func apply(_ values: inout [Double]) {
      let (scale, offset) = (scale, offset)
      values.change { $0 * scale + offset }
      guard let low, let high else { return }
      values.change { $0 < low ? low : $0 > high ? high : $0 }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Map> {
    try NumberMaps(data, choice) { (name, values) throws(PipelineError) in
      let present = PresentValues(values)
      var map = Map(scale: 1, offset: 0, low: clip ? range[0] : nil, high: clip ? range[1] : nil)
      if present.count == 0 { return map }
      let width = present.greatest - present.least
      map.scale = (range[1] - range[0]) / (width < 10 * .ulpOfOne ? 1 : width)
      map.offset = range[0] - present.least * map.scale
      if !width.isFinite || !map.offset.isFinite {
        throw PipelineError("the values of column '\(name)' are too large to be scaled: divide them")
      }
      return map
    }
  }
}
