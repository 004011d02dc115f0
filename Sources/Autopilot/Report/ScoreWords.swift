import Formats
import Foundation
import Validation

/// A measure in words that need no knowledge of it.
struct ScoreWords {
  /// `roc_auc`
  let name: String

  init(_ name: String) { self.name = name }

  private static let shares: Set<String> = ["accuracy", "balanced_accuracy", "roc_auc", "pr_auc", "macro_f1", "ece"]

  /// Shares in percent, others in four digits.
  func figure(_ value: Double) -> String {
    Self.shares.contains(name) && value.isFinite ? Self.percent(value) : Self.number(value)
  }

  /// `84.6 % (95 % interval 82.1 % to 87.0 %)`
  func figure(_ estimate: Estimate) -> String {
    guard let low = estimate.low, let high = estimate.high else { return figure(estimate.value) }
    return "\(figure(estimate.value)) (95 % interval \(figure(low)) to \(figure(high)))"
  }

  /// `84.6 % [82.1 %, 87.0 %]`, for a table.
  func short(_ estimate: Estimate) -> String {
    guard let low = estimate.low, let high = estimate.high else { return figure(estimate.value) }
    return "\(figure(estimate.value)) [\(figure(low)), \(figure(high))]"
  }

  /// What it measures, and which values are good.
  var meaning: String {
    switch name {
    case "roc_auc":
      "how often a row of a class gets a higher probability of it than a row of another class: 50 % is guessing, 100 % is perfect"
    case "pr_auc": "precision over all shares of the positive rows that are found; higher is better, 100 % is perfect"
    case "accuracy": "the share of rows whose class is predicted right"
    case "balanced_accuracy":
      "the share of rows predicted right, the mean over the classes, so that rare classes count as much"
    case "macro_f1": "the mean over the classes of F1, which weighs false alarms against missed rows; higher is better"
    case "log_loss": "how little probability the true classes got; lower is better, 0 is perfect"
    case "brier_score": "the squared error of the probabilities; lower is better, 0 is perfect"
    case "ece": "how far probabilities are from frequencies; lower is better"
    case "rmse": "the size of a typical error, in the target's unit, where large errors count more; lower is better"
    case "mae": "the mean size of an error, in the target's unit; lower is better"
    case "mse": "the mean of the squared errors; lower is better"
    case "r2": "the share of the target's variance that is explained: 0 is the mean, 1 is perfect"
    case "pinball_loss":
      "how far the quantiles are from the truth, where being on the rare side of one costs more; lower is better"
    case "cost": "what the mistakes cost, per row; lower is better"
    default: name
    }
  }

  /// As it is called within a sentence.
  var spoken: String {
    switch name {
    case "roc_auc": "area under the ROC curve"
    case "pr_auc": "area under the precision-recall curve"
    case "log_loss": "log loss (0 is perfect)"
    case "rmse": "typical error (root mean square)"
    case "mae": "mean error"
    case "mse": "mean squared error"
    case "r2": "share of the variance that is explained"
    case "balanced_accuracy": "accuracy, the mean over the classes,"
    case "pinball_loss": "mean pinball loss (0 is perfect)"
    case "brier_score": "Brier score (0 is perfect)"
    case "macro_f1": "mean F1 of the classes"
    default: name
    }
  }

  /// Why models are judged by it.
  var reason: String {
    switch name {
    case "roc_auc": "it does not depend on a threshold, nor on how rare a class is"
    case "pr_auc": "one class is rare, and the rows that are found are what counts"
    case "log_loss": "it judges the probabilities of all classes, not only the most probable one"
    case "rmse", "mse": "it weighs large errors most"
    case "mae": "an error of twice the size counts twice, so that few outliers do not decide"
    case "pinball_loss": "it is lowest at the true quantiles, and at nothing else"
    case "cost": "mistakes of different kinds have different costs"
    default: "it was asked for, or fits the target best"
    }
  }

  /// How good the answer is beside the baseline, without a subject for the rows: `it gives …, where …`.
  func sentence(_ score: AutopilotReport.Test.Score, baseline: String, classes: [String], positive: String?) -> String {
    let (own, other) = (figure(score.answer), figure(score.baseline))
    switch name {
    case "roc_auc" where classes.count == 2:
      let positive = positive ?? classes[1]
      return
        "it gives a row that is '\(positive)' a higher probability than one that is not in \(own) of all pairs of rows; "
        + "\(baseline) does so in \(other)"
    case "accuracy":
      return "it predicts the right class of \(own); always predicting the most frequent class is right for \(other)"
    default: return "its \(spoken) is \(own); that of \(baseline) is \(other)"
    }
  }

  static func percent(_ value: Double) -> String {
    let tenths = (1_000 * value).rounded()
    return String(format: tenths.truncatingRemainder(dividingBy: 10) == 0 ? "%.0f %%" : "%.1f %%", tenths / 10)
  }

  /// Three decimals, for what nobody needs to know better: `0.008`, `12.3`.
  static func brief(_ value: Double) -> String {
    abs(value) < 0.0005 ? "0" : rounded((1_000 * value).rounded() / 1_000)
  }

  /// `1.4 times`
  static func times(_ ratio: Double) -> String { "\(rounded((ratio * 10).rounded() / 10)) times" }

  /// `23,612`, `0.4123`
  static func number(_ value: Double) -> String {
    abs(value) >= 1_000 && abs(value) < 1e9 ? grouped(Int(value.rounded())) : rounded(value)
  }
}

/// `1 row`, `1,200 rows`
func counted(_ count: Int, _ word: String, _ plural: String? = nil) -> String {
  "\(grouped(count)) \(count == 1 ? word : plural ?? word + "s")"
}
