/// An error that a person may see, worded where it is declared.
///
/// A command line prints `sentence` and ends with `status`; it needs to know no error type by name:
///
///     struct NoSuchPresetError: UserFacingError {
///       var name: String
///       var status: FailureStatus { .badUsage }
///       var description: String { "there is no preset '\(name)'" }
///     }
///
///     do { try work() } catch let error as any UserFacingError { print(error.sentence) }
public protocol UserFacingError: Error, CustomStringConvertible {
  /// What is wrong and what to do, in one sentence; `description` unless the error says otherwise.
  var sentence: String { get }
  /// Whether the request was wrong or the work.
  var status: FailureStatus { get }
  /// Lines to show under the sentence: what was typed, with a mark under the place that is wrong. None by default.
  var excerpt: [String] { get }
}

extension UserFacingError {
  public var sentence: String { description }
  public var excerpt: [String] { [] }
}

/// The exit status of a program that an error ends.
public enum FailureStatus: Int32, Sendable, Hashable {
  /// The request was understood and the work failed.
  case failedWork = 1
  /// The request makes no sense: an unknown name, a value out of range, a condition that cannot be read.
  case badUsage = 2
}
