/// An error that a person may see, worded where it is declared. Conform to it in a program whose command line should print a
/// sentence and end with a status.
///
/// ```swift
/// struct NoSuchPresetError: UserFacingError {
///   var name: String
///   var status: FailureStatus { .badUsage }
///   var description: String { "there is no preset '\(name)'" }
/// }
/// do {
///   throw NoSuchPresetError(name: "zoom")
/// } catch let error as any UserFacingError {
///   print(error.sentence, error.status.rawValue)  // there is no preset 'zoom' 2
/// }
/// ```
///
/// A command line prints `sentence` and ends with `status`; it needs to know no error type by name.
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

/// What is to be told a user about an error.
package func sentence(of error: any Error) -> String { (error as? any UserFacingError)?.sentence ?? "\(error)" }

/// The exit status of a program that an error ends: 2 where the request made no sense, 1 where the work failed.
///
/// ```swift
/// import Foundation
///
/// func end(with error: any UserFacingError) -> Never { exit(error.status.rawValue) }
/// ```
public enum FailureStatus: Int32, Sendable, Hashable {
  /// The request was understood and the work failed.
  case failedWork = 1
  /// The request makes no sense: an unknown name, a value out of range, a condition that cannot be read.
  case badUsage = 2
}
