import Foundation
import Settings

/// Pairs of a query's rows weighted by what exchanging them changes of the normalised discounted cumulative gain (Burges
/// 2010): scores that order the rows of each query by their relevance.
///
/// The loss is 1 minus the mean of that gain over queries, at the truncation.
struct LambdaRank: Objective {
  /// Only pairs with a row among so many of the highest scores count.
  var truncation: Int
  /// Whether pairs count by the distance of their scores, and queries alike.
  var isNormalised: Bool

  func initialScores(_ rows: TargetRows) -> [Double] { [0] }

  func check(_ rows: TargetRows) throws(HyperparameterError) {
    guard rows.queries != nil else {
      throw HyperparameterError(
        "the objective 'lambdarank' orders the rows of each query: name the column of queries with --group")
    }
    guard let wrong = rows.values.first(where: { !($0 >= 0 && $0 <= 30 && $0 == $0.rounded()) }) else { return }
    throw HyperparameterError(
      "the objective 'lambdarank' takes relevances, whole numbers from 0 to 30, and one is \(wrong)")
  }

  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>) {
    outputs[0] = Float(scores[0])
  }

  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double {
    gradients.update(repeating: 0, count: rows.count)
    hessians.update(repeating: 0, count: rows.count)
    let gain = Self.meanGain(rows, { scores[$0] }, at: truncation) { order, best in
      pairs(of: order, best, rows, scores, gradients, hessians)
    }
    return gain.map { 1 - $0 } ?? 0
  }

  /// The mean gain over the queries that have a relevant row; nil where none has. Hands on the rows of each of these from the
  /// highest score on, and the gain of their best order.
  static func meanGain(
    _ rows: TargetRows, _ scores: (Int) -> Double, at truncation: Int,
    ordered: (_ order: [Int], _ best: Double) -> Void = { _, _ in }
  ) -> Double? {
    var (sum, queries) = (0.0, 0.0)
    for query in rows.queries ?? [] {
      guard let best = bestGain(query.map { rows.values[$0] }, truncation) else { continue }
      let order = query.sorted { (scores($1), $0) < (scores($0), $1) }
      queries += 1
      sum += gain(order.map { rows.values[$0] }, truncation) / best
      ordered(order, best)
    }
    return queries > 0 ? sum / queries : nil
  }

  /// Of relevances from the highest score on.
  private static func gain(_ relevances: [Float], _ truncation: Int) -> Double {
    relevances.prefix(truncation).enumerated().reduce(0) { $0 + gain($1.element) * discount($1.offset) }
  }

  /// Of the best order; nil where no row is relevant, so that all orders are alike.
  private static func bestGain(_ relevances: [Float], _ truncation: Int) -> Double? {
    let gain = gain(relevances.sorted(by: >), truncation)
    return gain > 0 ? gain : nil
  }

  private static func gain(_ relevance: Float) -> Double { exp2(Double(relevance)) - 1 }
  private static func discount(_ place: Int) -> Double { 1 / log2(Double(place) + 2) }

  private func pairs(
    of order: [Int], _ best: Double, _ rows: TargetRows, _ scores: UnsafePointer<Double>,
    _ gradients: UnsafeMutablePointer<Float>, _ hessians: UnsafeMutablePointer<Float>
  ) {
    guard order.count > 1 else { return }
    let isSpread = scores[order[0]] != scores[order.last!]
    var total = 0.0
    var (g, h) = ([Double](repeating: 0, count: order.count), [Double](repeating: 0, count: order.count))
    for first in 0..<min(order.count - 1, truncation) {
      for second in first + 1..<order.count {
        let (a, b) = (rows.values[order[first]], rows.values[order[second]])
        if a == b { continue }
        let (high, low) = a > b ? (first, second) : (second, first)
        let distance = scores[order[high]] - scores[order[low]]
        var change =
          abs(Self.gain(a) - Self.gain(b)) * abs(Self.discount(first) - Self.discount(second)) / best
        if isNormalised, isSpread { change /= 0.01 + abs(distance) }
        let p = 1 / (1 + exp(distance))
        g[high] -= p * change
        g[low] += p * change
        h[high] += p * (1 - p) * change
        h[low] += p * (1 - p) * change
        total += 2 * p * change
      }
    }
    let factor = isNormalised && total > 0 ? log2(1 + total) / total : 1
    for (place, row) in order.enumerated() {
      let weight = rows.weight(row) * factor
      gradients[row] = Float(g[place] * weight)
      hessians[row] = Float(h[place] * weight)
    }
  }
}
