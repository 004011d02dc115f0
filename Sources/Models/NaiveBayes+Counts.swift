import Foundation

extension NaiveBayesModel {
  /// A column of counts, or of flags, in each class.
  package struct Counts: Codable, Hashable, Sendable {
    /// What a count of 1, or a flag, adds to the logarithm of a class's probability `[classes]`.
    var present: [Double]
    /// What a flag that is not there adds; nil for counts.
    let absent: [Double]?

    /// Of counts the logarithms of their smoothed sums, which `normalize` makes those of shares.
    init(_ values: [Double], _ labels: [Int], _ weights: [Double], classes: Int, isFlag: Bool, alpha: Double) {
      // Without smoothing a class that lacks something would be ruled out for ever by it.
      let alpha = max(alpha, 1e-10)
      var sums = [Double](repeating: alpha, count: classes)
      var rows = [Double](repeating: 2 * alpha, count: classes)
      for (row, value) in values.enumerated() where !value.isNaN {
        sums[labels[row]] += weights[row] * (isFlag ? (value > 0 ? 1 : 0) : value)
        rows[labels[row]] += weights[row]
      }
      if isFlag {
        present = zip(sums, rows).map { log($0 / $1) }
        absent = zip(sums, rows).map { log(1 - $0 / $1) }
      } else {
        present = sums.map { log($0) }
        absent = nil
      }
    }

    func logProbability(_ value: Double, _ index: Int) -> Double {
      guard let absent else { return value == 0 ? 0 : value * present[index] }
      return value > 0 ? present[index] : absent[index]
    }
  }

  /// The sums of counts as shares of the sums of all columns of counts.
  static func normalize(_ columns: inout [Column]) {
    func counts(_ column: Column) -> Counts? { if case .counts(let counts) = column { counts } else { nil } }
    guard let classes = columns.lazy.compactMap(counts).first?.present.count else { return }
    let totals = (0..<classes).map { index in
      log(columns.compactMap(counts).reduce(0) { $0 + exp($1.present[index]) })
    }
    for place in columns.indices {
      guard var column = counts(columns[place]) else { continue }
      for index in totals.indices { column.present[index] -= totals[index] }
      columns[place] = .counts(column)
    }
  }
}
