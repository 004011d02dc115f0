import Datasets
import Formats

package struct StatisticExpectation: Expectation {
  package static let name = "statistic"
  package static let summary = "the mean, standard deviation, median or a quantile lies between bounds"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, statistic = "of", share, least, most }

  package enum Statistic: String, Codable, Sendable { case mean, std, median, quantile }

  package let column: String
  package let statistic: Statistic
  /// Of the quantile, from 0 to 1.
  package let share: Double?
  package let least: Double?
  package let most: Double?
  package var neededColumns: [String] { [column] }

  package init(column: String, of statistic: Statistic, share: Double? = nil, least: Double? = nil, most: Double? = nil)
  {
    (self.column, self.statistic, self.share, self.least, self.most) = (column, statistic, share, least, most)
  }

  package func problem(in data: CheckedTable) -> String? {
    if least == nil && most == nil { return "it needs the least or the most value" }
    if statistic == .quantile, !(share.map { (0...1).contains($0) } ?? false) {
      return "a quantile needs a share from 0 to 1"
    }
    guard let found = data.column(column), found.meaning != .nothing else { return nil }
    return found.meaning == .numbers ? nil : "the column \(quoted(column)) holds no numbers"
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column) else { return [] }
    let values = found.values.filter { !$0.isNaN }
    func fails(_ sentence: String) -> [ExpectationFailure] {
      [ExpectationFailure(Self.self, column: column, rows: [], of: found.count, sentence)]
    }
    if values.isEmpty { return fails("there is no value to compute the \(statistic.rawValue) of") }
    let value: Double
    switch statistic {
    case .mean: value = mean(values)
    case .std: value = standardDeviation(values) ?? .nan
    case .median: value = median(values)
    case .quantile: value = quantile(values.sorted(), share ?? 0.5)
    }
    let title = statistic == .quantile ? "\(shortest(share ?? 0.5)) quantile" : statistic.rawValue
    if let least, !(value >= least) { return fails("the \(title) is \(rounded(value)), less than \(shortest(least))") }
    if let most, !(value <= most) { return fails("the \(title) is \(rounded(value)), more than \(shortest(most))") }
    return []
  }
}
