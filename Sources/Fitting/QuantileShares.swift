import Datasets
import Formats
import Runs

/// Which quantiles are predicted: shares between 0 and 1, in ascending order.
package enum QuantileShares {
  /// More of them are a distribution, and take as much longer.
  private static let most = 99

  /// Those that are asked for, in order, or the usual ones where the task is quantiles; nil for another task.
  ///
  /// Throws `ConfigurationError` for what is no share, for one that is there twice, and for shares of another task.
  package static func checked(_ shares: [Double]?, for task: PredictionTask?) throws(ConfigurationError) -> [Double]? {
    guard task == .quantile else {
      guard shares == nil else {
        throw ConfigurationError(
          "quantiles are of a number, and \(task.map { "a \($0.rawValue)" } ?? "a model without a target") has none: ask for "
            + "the task quantile")
      }
      return nil
    }
    let shares = (shares ?? TargetEncoding.usualQuantiles).sorted()
    if shares.isEmpty { throw ConfigurationError("name the quantiles to predict, as 0.1,0.5,0.9") }
    if let wrong = shares.first(where: { !($0 > 0 && $0 < 1) }) {
      throw ConfigurationError("a quantile to predict is between 0 and 1, not \(shortest(wrong))")
    }
    if let twice = zip(shares, shares.dropFirst()).first(where: { $0 == $1 }) {
      throw ConfigurationError("the quantile \(shortest(twice.0)) is named twice")
    }
    if shares.count > most { throw ConfigurationError("at most \(most) quantiles are predicted, not \(shares.count)") }
    return shares
  }

  /// `0.1,0.5,0.9`, as a command line has it. Throws `ConfigurationError` for another text.
  package static func parsed(_ text: String) throws(ConfigurationError) -> [Double] {
    var shares: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let share = Double(part.filter { $0 != " " }) else {
        throw ConfigurationError("quantiles are written as 0.1,0.5,0.9, and '\(text)' is not")
      }
      shares.append(share)
    }
    return shares
  }
}
