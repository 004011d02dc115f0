import Foundation
import Randomness
import Settings

/// scikit-learn's `QuantileTransformer`.
struct QuantileStep: ColumnStep {
  enum Distribution: String, CaseIterable, Codable, Sendable { case uniform, normal }

  static let name = "quantile"
  static let summary = "the share of training values below x, or the normal deviate of it"
  static let hyperparameters: [Hyperparameter<QuantileStep>] = [
    .integer(
      "n_quantiles", \.quantiles, .atLeast(1, limit: 1_000_000), "points of the distribution, at most one a row"),
    .choice("output_distribution", \.distribution, "uniform: 0 to 1; normal: mean 0, variance 1"),
    .optionalNumber(
      "subsample", \.subsample, .atLeast(1), "rows that the points are taken from, at random; null: all"),
  ]
  static let texts = ColumnChoice.parameters(of: \QuantileStep.choice)

  var quantiles = 1000
  var distribution = Distribution.uniform
  var subsample: Double? = 10_000
  var choice = ColumnChoice()

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Map> {
    let rows = data.output.rowCount
    let sample = Self.sample(rows, subsample, data.seed)
    return try NumberMaps(data, choice) { (_, values) in
      let sorted = (sample.map { rows in rows.map { values[$0] } } ?? values).sortedPresent()
      let points = min(quantiles, rows)
      let quantiles = sorted.isEmpty ? [] : [Double].evenly(from: 0, to: 1, count: points).map(sorted.percentile)
      return Map(quantiles: quantiles, distribution: distribution)
    }
  }

  /// Some rows drawn without replacement; nil for all.
  static func sample(_ rows: Int, _ size: Double?, _ seed: SeedSequence) -> [Int]? {
    guard let size, Double(rows) > size else { return nil }
    var generator = PCG64(seed)
    return generator.choice(rows, size: Int(size), replacing: false)
  }
}

extension QuantileStep {
  struct Map: NumberMap {
    /// Ascending, at even shares from 0 to 1; none where the column had no value.
    var quantiles: [Double]
    var distribution: Distribution

    /// Values this near the ends of the range count as the ends, for a normal distribution.
    private static let threshold = 1e-7

    func apply(_ values: inout [Double]) throws(PipelineError) {
      guard let low = quantiles.first, let high = quantiles.last else { return }
      guard quantiles.allSatisfy(\.isFinite), zip(quantiles, quantiles.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw PipelineError("the saved quantiles do not ascend")
      }
      let isNormal = distribution == .normal
      let margin = isNormal ? Self.threshold : 0
      let most = normalQuantile(1 - (Self.threshold - .ulpOfOne))
      let least = normalQuantile(Self.threshold - .ulpOfOne)
      let search = SortedSearch(quantiles)
      let last = Double(max(1, quantiles.count - 1))
      quantiles.withUnsafeBufferPointer { quantiles in
        values.change { value in
          if value.isNaN { return value }
          var share: Double
          if isNormal ? value - margin < low : value <= low {
            share = 0
          } else if isNormal ? value + margin > high : value >= high {
            // Of one point there is no share above it.
            share = isNormal || quantiles.count > 1 ? 1 : 0
          } else {
            // At repeated quantiles the middle of their shares.
            let place = search.last(notAbove: value)
            let start = quantiles[place]
            if start == value {
              var first = place
              while first > 0, quantiles[first - 1] == value { first -= 1 }
              share = (Double(first) / last + Double(place) / last) / 2
            } else {
              let end = quantiles[place + 1]
              // Halves, since the distance of two doubles need not be one.
              let (left, right) = (Double(place) / last, Double(place + 1) / last)
              share = left + (right - left) * ((value / 2 - start / 2) / (end / 2 - start / 2))
            }
          }
          return isNormal ? min(most, max(least, normalQuantile(share))) : share
        }
      }
    }
  }
}
