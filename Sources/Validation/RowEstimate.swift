import Formats
import Randomness

/// What a score of some rows may be by chance: the percentile interval of the rows drawn again with replacement (Efron 1979).
package struct RowEstimate: Sendable {
  package var seed: UInt64
  /// nil: a thousand, and of very many rows fewer, which differ less from another.
  package var resamples: Int?

  package init(seed: UInt64 = 0, resamples: Int? = nil) { (self.seed, self.resamples) = (seed, resamples) }

  private static let usualResamples = 1_000, fewestResamples = 200, drawnRows = 20_000_000

  /// `score`: of rows by their places below `rows`, some of them several times; nil where it is not defined, as the area under
  /// a curve of one class. nil where it is not of the rows themselves; no interval where it is not of most resamples.
  package func score(rows: Int, _ score: ([Int]) -> Double?) -> Estimate? {
    scores(rows: rows) { [score($0)] }.first ?? nil
  }

  /// The same of several scores, which the rows that are drawn have together; always as many.
  package func scores(rows: Int, _ scores: ([Int]) -> [Double?]) -> [Estimate?] {
    guard rows > 0 else { return [] }
    let own = scores(Array(0..<rows))
    guard rows > 1 else { return own.map { $0.flatMap { $0.isFinite ? Estimate($0) : nil } } }
    let resamples = resamples ?? min(Self.usualResamples, max(Self.fewestResamples, Self.drawnRows / rows))
    var generator = CounterGenerator(SeedSequence(seed).child(named: "rows"))
    var drawn = [Int](repeating: 0, count: rows)
    var results = [[Double]](repeating: [], count: own.count)
    for _ in 0..<resamples {
      for index in drawn.indices { drawn[index] = generator.integer(below: rows) }
      for (place, result) in scores(drawn).enumerated() {
        if let result, result.isFinite { results[place].append(result) }
      }
    }
    return zip(own, results).map { value, results in
      guard let value, value.isFinite else { return nil }
      guard results.count > 1, 2 * results.count > resamples else { return Estimate(value) }
      let (low, high) = percentileInterval(results)
      return Estimate(value, low: low, high: high)
    }
  }

  /// Of the mean. nil without values, and where one is not finite.
  package func mean(of values: [Double]) -> Estimate? {
    score(rows: values.count) { places in
      places.reduce(0) { $0 + values[$1] } / Double(places.count)
    }
  }

  /// By how much the loss of a row is lower than another's of the same row, in the mean: rows that are hard for both do not
  /// widen the interval.
  package func improvement(of losses: [Double], over others: [Double]) -> Estimate? {
    precondition(losses.count == others.count, "\(losses.count) losses beside \(others.count)")
    return mean(of: zip(losses, others).map { $1 - $0 })
  }
}
