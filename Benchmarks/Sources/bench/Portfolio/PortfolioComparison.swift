import Formats
import Foundation
import Tuning
import Validation

/// A portfolio made of the scores on many tables beside the one there is: on each table by an order that the others chose.
struct PortfolioComparison {
  /// Settings in the order in which they are tried first.
  let made: [String]
  let isBetter: Bool
  let tables: Int
  let settings: Int
  /// Of each table, while settings are tried; the present one's and the made one's.
  private let present: [Double]
  private let leftOut: [Double]
  /// After one settings, two, four, eight and all.
  private let after: [(count: Int, present: Double, leftOut: Double)]
  private let fitted: Double

  /// nil where the scores do not suffice.
  init?(_ scores: [PortfolioScore], present: [String]) {
    let tables = Set(scores.map(\.table)).sorted()
    let byTable = Dictionary(grouping: scores, by: \.table)
    // Settings that are tried on all tables.
    let common = scores.reduce(into: [String: Int]()) { $0[$1.settings, default: 0] += 1 }
    let settings = common.filter { $0.value == tables.count }.keys.sorted()
    let own = present.compactMap { settings.firstIndex(of: $0) }
    guard tables.count > 2, own.count > 1 else { return nil }
    let rows = tables.map { table -> [PortfolioScore] in
      let bySettings = Dictionary(byTable[table]!.map { ($0.settings, $0) }, uniquingKeysWith: { first, _ in first })
      return settings.map { bySettings[$0]! }
    }
    let choice = PortfolioChoice(losses: rows.map { $0.map(\.loss) }, seconds: rows.map { $0.map(\.seconds) })
    let (all, count) = (Array(settings.indices), own.count)
    let order = choice.order(count, of: all)
    let orders = tables.indices.map { choice.order(count, of: all, without: $0) }
    // As long as it takes to fit as many mean settings.
    let budget = Double(count)
    self.present = tables.indices.map { choice.meanRegret(of: own, on: $0, budget: budget) }
    leftOut = tables.indices.map { choice.meanRegret(of: orders[$0], on: $0, budget: budget) }
    fitted = mean(tables.indices.map { choice.meanRegret(of: order, on: $0, budget: budget) })
    after = [1, 2, 4, 8, count].filter { $0 <= count }.map { place in
      func regret(_ order: (Int) -> [Int]) -> Double {
        mean(tables.indices.map { choice.regrets(of: order($0), on: $0)[place - 1] })
      }
      return (place, regret { _ in own }, regret { orders[$0] })
    }
    made = order.map { settings[$0] }
    (self.tables, self.settings) = (tables.count, settings.count)
    isBetter = mean(leftOut) < mean(self.present)
  }

  /// The mean difference, with an interval of 95 % over the tables.
  private var difference: String {
    let differences = zip(leftOut, present).map { $0 - $1 }
    let half = 1.96 * (standardDeviation(differences) ?? 0) / Double(differences.count).squareRoot()
    return String(format: "%+.3f ± %.3f", mean(differences), half)
  }

  var text: String {
    var table = Table("regret on a table left out", "present", "made of the others")
    table.add("while they are tried", Self.figure(mean(present)), Self.figure(mean(leftOut)))
    for row in after { table.add("after \(row.count)", Self.figure(row.present), Self.figure(row.leftOut)) }
    let better = zip(leftOut, present).count { $0 < $1 }
    return table.text
      + "\n\(tables) tables, \(settings) settings; made less present: \(difference), better on \(better) of \(tables)"
      + "; on the tables that it is made of: \(Self.figure(fitted))"
  }

  /// As a comment of `candidates.yaml`.
  var evidence: [String] {
    let (first, last) = (after.map { "\($0.count)" }.joined(separator: ", "), after.map { Self.figure($0.leftOut) })
    return [
      "Made by 'make portfolio' of \(settings) settings on \(tables) tables, none of which is reported: Docs/results/portfolio.csv.",
      "On a table left out the regret (0: the best settings, 1: the median) is \(Self.figure(mean(leftOut))) while they are tried, and was",
      "\(Self.figure(mean(present))) with the portfolio before: \(difference). After \(first): \(last.joined(separator: ", ")).",
    ]
  }

  private static func figure(_ value: Double) -> String { String(format: "%.3f", value) }
}
