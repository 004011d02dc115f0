/// Mean and variance of columns of numbers seen so far, batch after batch (Chan, Golub and LeVeque 1979): the statistics that
/// normalising wrappers keep, and that an evaluation takes from the training.
///
/// ```swift
/// func copyStatistics(from trained: any VectorEnvironment, to others: any VectorEnvironment) {
///   let statistics: [String: RunningMoments] = trained.statistics
///   others.freeze(statistics)
/// }
/// ```
///
/// It starts as if it had seen 10⁻⁴ rows of mean 0 and variance 1, as Gymnasium and Stable-Baselines3 have it.
public struct RunningMoments: Sendable, Codable, Hashable {
  public private(set) var means: [Double]
  public private(set) var variances: [Double]
  /// Of rows.
  public private(set) var count = 1e-4
  /// Of the batch at hand.
  private var batchMeans: [Double]
  private var batchVariances: [Double]

  public init(width: Int) {
    means = Array(repeating: 0, count: width)
    variances = Array(repeating: 1, count: width)
    batchMeans = means
    batchVariances = means
  }

  private enum CodingKeys: String, CodingKey { case means, variances, count }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    means = try container.decode([Double].self, forKey: .means)
    variances = try container.decode([Double].self, forKey: .variances)
    count = try container.decode(Double.self, forKey: .count)
    batchMeans = Array(repeating: 0, count: means.count)
    batchVariances = batchMeans
  }

  public var width: Int { means.count }

  /// 1 / √(variance + 10⁻⁸)
  package func scale(of column: Int) -> Double { 1 / (variances[column] + 1e-8).squareRoot() }

  /// Takes in `values [rows, width]`.
  package mutating func update(_ values: UnsafePointer<Float>, rows: Int) { take(values, rows: rows) }

  /// Takes in `values [rows, width]`.
  package mutating func update(_ values: UnsafePointer<Double>, rows: Int) { take(values, rows: rows) }

  /// Inlined, so that there are two loops of one text, each for its kind of number.
  @inline(__always)
  private mutating func take<Value: BinaryFloatingPoint>(_ values: UnsafePointer<Value>, rows: Int) {
    let width = means.count
    let share = 1 / Double(rows)
    batchMeans.withUnsafeMutableBufferPointer { means in
      batchVariances.withUnsafeMutableBufferPointer { variances in
        let (means, variances) = (means.baseAddress!, variances.baseAddress!)
        for i in 0..<width {
          (means[i], variances[i]) = (0, 0)
        }
        for row in 0..<rows {
          for i in 0..<width { means[i] += Double(values[row * width + i]) * share }
        }
        for row in 0..<rows {
          for i in 0..<width {
            let deviation = Double(values[row * width + i]) - means[i]
            variances[i] += deviation * deviation * share
          }
        }
      }
    }
    let (mine, theirs) = (count, Double(rows))
    let total = mine + theirs
    for i in 0..<width {
      let delta = batchMeans[i] - means[i]
      means[i] += delta * theirs / total
      variances[i] =
        (variances[i] * mine + batchVariances[i] * theirs + delta * delta * mine * theirs / total) / total
    }
    count = total
  }

  /// (x − mean) / √(variance + 10⁻⁸), within ±`limit`, in place.
  package func normalize(_ values: UnsafeMutablePointer<Float>, rows: Int, limit: Double = 10) {
    let width = means.count
    for i in 0..<width {
      let (mean, scale) = (means[i], scale(of: i))
      for row in 0..<rows {
        let value = (Double(values[row * width + i]) - mean) * scale
        values[row * width + i] = Float(min(max(value, -limit), limit))
      }
    }
  }
}

/// Rewards divided by the running deviation of the discounted return, within ±10, so that returns are of order one
/// (Engstrom et al. 2020, section 3).
struct RewardNormalizer: Sendable, Codable, Hashable {
  private let gamma: Double
  /// `[N]`: the discounted return of each environment's episode so far.
  private var returns: [Double]
  private var moments = RunningMoments(width: 1)

  init(environmentCount: Int, gamma: Double) {
    self.gamma = gamma
    returns = Array(repeating: 0, count: environmentCount)
  }

  /// Takes in one step of every environment and scales its rewards, in place.
  mutating func normalize(_ batch: inout StepBatch) {
    for copy in returns.indices { returns[copy] = returns[copy] * gamma + batch.rewards[copy] }
    moments.update(returns, rows: returns.count)
    let scale = moments.scale(of: 0)
    for copy in returns.indices {
      batch.rewards[copy] = min(max(batch.rewards[copy] * scale, -10), 10)
      if batch.endings[copy] != .none { returns[copy] = 0 }
    }
  }
}
