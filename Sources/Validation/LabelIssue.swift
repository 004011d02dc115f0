import Foundation

/// A row whose label is contradicted with confidence (Northcutt, Jiang and Chuang 2021, "Confident Learning", section 3.1).
package struct LabelIssue: Sendable, Hashable {
  /// Its place among the rows.
  package var row: Int
  package var given: Int
  package var suggested: Int
  /// The probability of the given label.
  package var selfConfidence: Double
  /// The probability of the suggested one.
  package var confidence: Double

  /// By how much the suggested label is more probable.
  package var margin: Double { confidence - selfConfidence }

  /// The doubtful rows, the least probable label first; nil where the probabilities tell no more of the labels than how
  /// frequent each is (`shares`): then they say nothing about them.
  ///
  /// The probabilities are of models that were not fitted to the rows. A label is doubtful where another class is at least as
  /// probable as it is on average for rows with that label.
  package static func all(
    _ probabilities: ClassProbabilities, labels: [Int], shares: [Double]
  ) -> [LabelIssue]? {
    guard !labels.isEmpty, tellsClasses(probabilities, labels, shares) else { return nil }
    let classes = probabilities.classes
    var (sums, sizes) = (Array(repeating: 0.0, count: classes), Array(repeating: 0.0, count: classes))
    for (row, label) in labels.enumerated() {
      sums[label] += probabilities[row, label]
      sizes[label] += 1
    }
    var issues: [LabelIssue] = []
    for (row, label) in labels.enumerated() {
      // Of the classes that are sure enough, the most probable one.
      var (confident, greatest) = (-1, 0.0)
      for other in 0..<classes where sizes[other] > 0 {
        let probability = probabilities[row, other]
        if probability >= sums[other] / sizes[other], probability > greatest {
          (confident, greatest) = (other, probability)
        }
      }
      if confident >= 0, confident != label {
        issues.append(
          LabelIssue(
            row: row, given: label, suggested: confident, selfConfidence: probabilities[row, label],
            confidence: greatest))
      }
    }
    return issues.sorted { ($0.selfConfidence, $0.row) < ($1.selfConfidence, $1.row) }
  }

  /// Whether the log loss is clearly below that of the classes' shares: by a twentieth, and by more than chance gives.
  ///
  /// A model that is too sure of itself may have a greater loss than the shares and yet know the classes. So it is judged
  /// mixed with the shares, by the best weight of several; a weight that is fitted to n rows gains 1 / 2n by chance.
  private static func tellsClasses(_ probabilities: ClassProbabilities, _ labels: [Int], _ shares: [Double]) -> Bool {
    func loss(_ weight: Double) -> Double {
      labels.enumerated().reduce(0) { sum, row in
        let own = probabilities[row.offset, row.element]
        return sum - log(max(1e-30, weight * (own.isFinite ? own : 0) + (1 - weight) * shares[row.element]))
      } / Double(labels.count)
    }
    let prior = loss(0)
    let best = stride(from: 0.1, through: 1, by: 0.1).map(loss).min()!
    return prior - best > 0.05 * prior + 2 / Double(labels.count)
  }
}
