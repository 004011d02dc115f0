import Formats
import Foundation
import Validation

/// Who is best on how many tables, of cells that all have.
struct AutopilotRanks {
  let names: [String]
  private let cells: [AutopilotCell]
  /// Test rows as a share of the training rows, of three folds.
  private static let testToTraining = 0.5

  init(_ cells: [AutopilotCell], names: [String]) {
    self.names = names
    let places = Dictionary(grouping: cells.filter { names.contains($0.by) }) { "\($0.table)/\($0.fold)" }
    self.cells = places.values.filter { Set($0.map(\.by)).count == names.count }.flatMap { $0 }
  }

  var tables: Set<String> { Set(cells.map(\.table)) }
  var folds: [Int] { Set(cells.map(\.fold)).sorted() }

  /// The mean of the ranks over the tables, fold by fold, with its interval over the folds. Who came to no score is last.
  func rank(of name: String) -> ResampledMean? {
    let means = folds.map { fold in
      let ranks = tables.compactMap { table in
        rank(of: name, among: cells.filter { $0.table == table && $0.fold == fold })
      }
      return mean(ranks)
    }.filter(\.isFinite)
    return means.isEmpty ? nil : ResampledMean(means, testToTraining: Self.testToTraining)
  }

  private func rank(of name: String, among cells: [AutopilotCell]) -> Double? {
    guard let own = cells.first(where: { $0.by == name }) else { return nil }
    let loss = own.loss ?? .infinity
    let others = cells.filter { $0.by != name }.map { $0.loss ?? .infinity }
    return 1 + Double(others.count { $0 < loss }) + Double(others.count { $0 == loss }) / 2
  }

  /// On how many tables `name` is better and worse than another by the interval of the folds' differences.
  func tables(where name: String, beside other: String) -> (better: Int, worse: Int, of: Int) {
    var (better, worse, all) = (0, 0, 0)
    for table in tables {
      func losses(_ by: String) -> [Int: Double] {
        Dictionary(cells.filter { $0.table == table && $0.by == by }.map { ($0.fold, $0.loss ?? .nan) }) { first, _ in
          first
        }
      }
      let (own, their) = (losses(name), losses(other))
      let differences = own.compactMap { fold, loss in their[fold].map { loss - $0 } }.filter(\.isFinite)
      guard differences.count > 1 else { continue }
      let difference = ResampledMean(differences, testToTraining: Self.testToTraining)
      all += 1
      better += difference.high ?? 0 < 0 ? 1 : 0
      worse += difference.low ?? 0 > 0 ? 1 : 0
    }
    return (better, worse, all)
  }
}
