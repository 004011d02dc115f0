import Formats
import Foundation
import Search
import Settings
import Tracker

/// What settings came to on a table; a line of Docs/results/portfolio.csv.
struct PortfolioScore: Hashable {
  var task: String
  var table: String
  /// The package that contains the table.
  var source: String
  var rows: Int
  var metric: String
  /// `gbdt learning_rate=0.1 num_leaves=31 …`
  var settings: String
  /// Of three folds, lower is better; nil for what failed or took too long.
  var loss: Double?
  var seconds: Double

  var candidate: String { String(settings.prefix { $0 != " " }) }

  static let header = "task,table,source,rows,metric,settings,loss,seconds"

  init(_ trial: TrialState, of search: SearchConfiguration, on table: PortfolioTable) {
    (task, self.table, source, rows) = (table.task, table.table, table.source, table.rows)
    let isSquared = search.metric.name.hasSuffix("mse")
    metric = isSquared ? "rmse" : String(search.metric.name.split(separator: "/").last ?? "")
    settings = Self.text(trial.values, search)
    loss = trial.score.map { isSquared ? $0.squareRoot() : $0 }
    seconds = trial.runs.reduce(0) { $0 + $1.seconds }
  }

  /// The candidate, and its settings in the order of its space.
  static func text(_ values: [String: HyperparameterValue], _ search: SearchConfiguration) -> String {
    guard case .text(let name)? = values[TrialTemplate.alternative] else { return "" }
    let own = search.space.parameters.compactMap { parameter -> String? in
      guard let value = values[parameter.name], parameter.name.hasPrefix(name + "/") else { return nil }
      // A trial's 1 may be 1.0 in the file of candidates. A CSV file without quotation marks.
      let written = if case .number(let number) = value { shortest(number) } else { value.description }
      let text = written.replacingOccurrences(of: ", ", with: ";")
      return "\(parameter.name.dropFirst(name.count + 1))=\(text)"
    }
    return ([name] + own).joined(separator: " ")
  }

  var line: String {
    let numbers = [loss.map { "\($0)" } ?? "", String(format: "%.3f", seconds)]
    return ([task, table, source, "\(rows)", metric, settings] + numbers).joined(separator: ",")
  }

  init?(_ line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 8, let rows = Int(fields[3]), let seconds = Double(fields[7]) else { return nil }
    (task, table, source, self.rows) = (fields[0], fields[1], fields[2], rows)
    (metric, settings, loss, self.seconds) = (fields[4], fields[5], Double(fields[6]), seconds)
  }

  static func read(_ url: URL) -> [PortfolioScore] {
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap { PortfolioScore($0) }
  }

  static func write(_ scores: [PortfolioScore], to url: URL) throws {
    let text = ([header] + scores.map(\.line)).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: url, options: .atomic)
  }
}
