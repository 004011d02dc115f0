import Datasets
import Formats

/// The reason why a plan or expectations cannot be read, or do not fit a table.
package enum DataQualityError: UserFacingError, Hashable, Sendable {
  /// The text is no plan or no list of expectations; `source` is its file.
  case unreadable(source: String, problem: String)
  /// The repair with this number, counted from 1, cannot be done.
  case repair(number: Int, name: String, problem: String)
  /// The expectation with this number, counted from 1, makes no sense for the table.
  case expectation(number: Int, name: String, problem: String)
  /// There is no check of this name.
  case unknownCheck(String, suggestion: String)

  package var description: String {
    switch self {
    case .unreadable(let source, let problem): "\(source): \(problem)"
    case .repair(let number, let name, let problem): "repair \(number) (\(name)): \(problem)"
    case .expectation(let number, let name, let problem): "expectation \(number) (\(name)): \(problem)"
    case .unknownCheck(let name, let suggestion): "there is no check \(quoted(name))\(suggestion)"
    }
  }

  package var status: FailureStatus {
    switch self {
    case .unreadable, .repair, .expectation, .unknownCheck: .badUsage
    }
  }
}
