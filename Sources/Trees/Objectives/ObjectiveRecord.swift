import Settings

/// A loss by name with its settings, as a model is saved with.
package struct ObjectiveRecord: Codable, Hashable, Sendable {
  package var choice: GBDT.ObjectiveChoice
  package var classes: Int?
  package var alpha: Double?
  /// The shares whose quantiles are predicted, a score each; nil for one quantile, `alpha`.
  package var quantiles: [Double]?
  package var tweediePower: Double?
  package var poissonStep: Double?
  package var positiveWeight: Double?
  package var truncation: Int?
  package var isNormalised: Bool?

  package init(_ choice: GBDT.ObjectiveChoice, classes: Int? = nil) { (self.choice, self.classes) = (choice, classes) }

  /// Of settings and so many classes, nil for numbers, or of quantiles of these shares. Throws where the objective is none of that
  /// target.
  init(_ settings: GBDT, classes: Int?, quantiles: [Double]? = nil) throws(HyperparameterError) {
    choice = settings.objective
    if let quantiles {
      guard choice == .auto || choice == .quantile else {
        throw HyperparameterError(
          "the objective '\(choice.rawValue)' predicts no quantiles: use quantile, or --task regression")
      }
      (choice, self.quantiles) = (.quantile, quantiles)
      return
    }
    if choice == .auto { choice = classes.map { $0 == 2 ? .binary : .multiclass } ?? .regression }
    switch (choice, classes) {
    case (.binary, let count?) where count != 2:
      throw HyperparameterError("the objective 'binary' takes two classes, and the target has \(count): use multiclass")
    case (.binary, nil), (.multiclass, nil):
      throw HyperparameterError(
        "the objective '\(choice.rawValue)' takes classes, and the target is a number: use regression, or --task "
          + "classification")
    case (.binary, _), (.multiclass, _): self.classes = classes
    case (_, _?):
      throw HyperparameterError(
        "the objective '\(choice.rawValue)' takes numbers, and the target has classes: use binary or multiclass")
    default: break
    }
    switch choice {
    case .huber, .quantile: alpha = settings.alpha
    case .tweedie: tweediePower = settings.tweediePower
    case .poisson: poissonStep = settings.poissonStep
    case .binary: positiveWeight = settings.positiveWeight
    case .lambdarank: (truncation, isNormalised) = (settings.rankTruncation, settings.rankIsNormalised)
    default: break
    }
    if choice == .quantile, !(settings.alpha < 1) {
      throw HyperparameterError("'alpha' is a quantile between 0 and 1 here, not \(settings.alpha)")
    }
    if choice == .tweedie, !(settings.tweediePower > 1 && settings.tweediePower < 2) {
      throw HyperparameterError(
        "'tweedie_variance_power' takes a number above 1 and below 2, not \(settings.tweediePower)")
    }
  }

  var objective: any Objective {
    switch choice {
    case .auto, .regression: SquaredError()
    case .absolute: AbsoluteError()
    case .huber: Huber(alpha: alpha ?? 0.9)
    case .quantile:
      if let quantiles { QuantilesLoss(shares: quantiles) } else { QuantileLoss(alpha: alpha ?? 0.9) }
    case .poisson: Poisson(step: poissonStep ?? 0.7)
    case .gamma: Gamma()
    case .tweedie: Tweedie(power: tweediePower ?? 1.5)
    case .binary: LogisticLoss(positiveWeight: positiveWeight ?? 1)
    case .lambdarank: LambdaRank(truncation: truncation ?? 30, isNormalised: isNormalised ?? true)
    case .multiclass: SoftmaxLoss(classes: max(2, classes ?? 2))
    }
  }
}
