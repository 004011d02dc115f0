import Formats

/// What is wrong with a space, in one sentence.
package struct SearchSpaceError: UserFacingError, Hashable, Sendable {
  package var description: String
  package var status: FailureStatus { .badUsage }
  package init(_ description: String) { self.description = description }
}
