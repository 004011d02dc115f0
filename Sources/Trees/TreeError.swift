import Formats

/// A model of trees that cannot be read, or is not one, in one sentence.
package struct TreeError: UserFacingError, Hashable, Sendable {
  package var description: String
  package var status: FailureStatus { .failedWork }
  package init(_ description: String) { self.description = description }
}
