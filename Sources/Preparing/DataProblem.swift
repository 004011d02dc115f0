import Datasets
import Formats

/// Data that cannot be added, cleaned or prepared, in one sentence.
package struct DataProblem: UserFacingError, Hashable, Sendable {
  package var description: String
  package var status: FailureStatus

  package init(_ description: String, status: FailureStatus = .failedWork) {
    (self.description, self.status) = (description, status)
  }

  /// Does `work`, whose errors are about the source at `address`.
  static func naming<Result>(_ address: String, _ work: () throws(DatasetError) -> Result) throws(DataProblem) -> Result
  {
    do throws(DatasetError) {
      return try work()
    } catch {
      let text = error.description
      if case .unreadable = error { throw DataProblem(text, status: error.status) }
      throw DataProblem(
        "'\(address.printable)': \(text.hasSuffix(".") ? text.dropLast() : text[...])", status: error.status)
    }
  }
}
