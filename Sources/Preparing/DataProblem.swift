import Datasets
import Formats

/// Data that cannot be added, cleaned or prepared, in one sentence.
package struct DataProblem: UserFacingError, Hashable, Sendable {
  package var description: String
  package var status: FailureStatus

  package init(_ description: String, status: FailureStatus = .failedWork) {
    (self.description, self.status) = (description, status)
  }

  /// What is wrong with the source at `address`.
  init(_ address: String, _ error: DatasetError) {
    let text = error.description
    switch error {
    case .unreadable: description = text
    default: description = "'\(address.printable)': \(text.hasSuffix(".") ? text.dropLast() : text[...])"
    }
    status = error.status
  }
}
