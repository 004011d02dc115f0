import Formats
import Foundation
import Settings
import Telemetry

/// Scores of algorithms in environments, one a seed: what statistics across environments are computed from.
package struct ScoreTable: Sendable, Hashable {
  /// A seed's score, by algorithm and environment, in the order of adding.
  private(set) var scores: [String: [String: [Double]]] = [:]
  private var seeds: Set<Cell> = []
  /// In the order of first appearance.
  package private(set) var algorithms: [String] = []

  private struct Cell: Hashable {
    var algorithm: String
    var environment: String
    var seed: String
  }

  package init() {}

  /// Sorted by name.
  package var environments: [String] { Set(scores.values.flatMap(\.keys)).sorted() }

  /// Adds a score; false, and nothing is added, where that seed has one already.
  package mutating func add(_ score: Double, algorithm: String, environment: String, seed: String) -> Bool {
    guard seeds.insert(Cell(algorithm: algorithm, environment: environment, seed: seed)).inserted else { return false }
    if scores[algorithm] == nil { algorithms.append(algorithm) }
    scores[algorithm, default: [:]][environment, default: []].append(score)
    return true
  }

  /// Reads CSV with a header line that has the columns `algorithm`, `environment`, `seed` and `score`, in any order;
  /// others are ignored. Seeds are names, scores finite numbers.
  package init(csv bytes: [UInt8], path: String) throws(ScoreFileError) {
    var rows = CSVRows(bytes)
    let columns = ["algorithm", "environment", "seed", "score"]
    func wrong(_ line: Int, _ reason: String) -> ScoreFileError {
      ScoreFileError(path: path, line: line, reason: reason)
    }
    guard let header = rows.next() else {
      throw wrong(1, "the file is empty: it needs a header line \(columns.joined(separator: ","))")
    }
    let names = header.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    var places: [Int] = []
    for column in columns {
      guard let place = names.firstIndex(of: column) else {
        let hint = nearest(to: column, in: names).map { "; is '\($0)' meant for it?" } ?? ""
        throw wrong(header.line, "there is no column '\(column)' in the header line\(hint)")
      }
      places.append(place)
    }
    while let row = rows.next() {
      if let problem = row.problem {
        throw wrong(
          row.line, problem == .unclosedQuote ? "a quoted field has no closing quote" : problem.rawValue)
      }
      guard row.fields.count == names.count else {
        throw wrong(row.line, "\(row.fields.count) fields where the header line has \(names.count)")
      }
      let fields = places.map { row.fields[$0].trimmingCharacters(in: .whitespaces) }
      for (column, field) in zip(columns, fields) where field.isEmpty {
        throw wrong(row.line, "the \(column) is empty")
      }
      guard let score = Double(fields[3]) else { throw wrong(row.line, "the score '\(fields[3])' is not a number") }
      // Sums and squares of anything smaller stay finite.
      guard score.magnitude <= 1e150 else {
        throw wrong(row.line, "the score is \(shortest(score)), not a finite number")
      }
      guard add(score, algorithm: fields[0], environment: fields[1], seed: fields[2]) else {
        throw wrong(row.line, "\(fields[0]) has a score of seed \(fields[2]) in \(fields[1]) already")
      }
    }
    guard !algorithms.isEmpty else { throw wrong(header.line, "there are no scores after the header line") }
    let common = commonEnvironments
    if common.isEmpty { throw wrong(header.line, "no environment has scores of every algorithm, so nothing compares") }
  }

  /// Those in which every algorithm has a score, sorted.
  var commonEnvironments: [String] {
    environments.filter { environment in algorithms.allSatisfy { scores[$0]?[environment] != nil } }
  }
}

/// Why a file of scores could not be read; its description is one sentence for the user.
package struct ScoreFileError: UserFacingError, Hashable, Sendable {
  package var path: String
  /// Counted from 1.
  package var line: Int
  package var reason: String

  package var description: String { "\(path), line \(line): \(reason)" }
  package var status: FailureStatus { .failedWork }
}
