import Formats

/// Why a file could not be imported at all; its description is one sentence for the user.
package struct ImportError: UserFacingError, Hashable, Sendable {
  package var path: String
  package var reason: String

  package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

  package var description: String { "\(path): \(reason)" }
  package var status: FailureStatus { .failedWork }
}
