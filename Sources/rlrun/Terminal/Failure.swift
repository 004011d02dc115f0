import ArgumentParser
import Formats
import Foundation

/// An error as a sentence and an exit status; nil for those of ArgumentParser, which words its own.
///
/// Our own errors say both where they are declared (`UserFacingError`); here are those that others declare.
struct Failure {
  var sentence: String
  /// 2: the command was not understood; 1: the work failed.
  var status: Int32
  /// Lines to print under the sentence: what was typed, with a mark under the place that is wrong.
  var excerpt: [String] = []

  init?(_ error: any Error) {
    switch error {
    case let error as any UserFacingError:
      (sentence, status, excerpt) = (error.sentence, error.status.rawValue, error.excerpt)
    case let error as FailedRun:
      guard let cause = Failure(error.cause) else { return nil }
      // What was understood well enough to start is work that failed.
      (sentence, status) = (cause.sentence, FailureStatus.failedWork.rawValue)
    case let error as DecodingError:
      (sentence, status) = ("a record cannot be read: \(error.reason)", FailureStatus.failedWork.rawValue)
    case let error as CocoaError: (sentence, status) = (error.localizedDescription, FailureStatus.failedWork.rawValue)
    default:
      let type = String(reflecting: Swift.type(of: error))
      if type.hasPrefix("ArgumentParser.") || error is ExitCode { return nil }
      // No error of any other kind means that the command was not understood.
      (sentence, status) = ("\(error)", FailureStatus.failedWork.rawValue)
    }
  }
}

/// A run that had been started, and what ended it.
struct FailedRun: Error {
  var run: String
  var cause: any Error

  /// Does `work` on `run`; what it throws becomes the run's failure.
  @discardableResult
  static func naming<Result>(_ run: String, _ work: () throws -> Result) throws -> Result {
    do { return try work() } catch { throw FailedRun(run: run, cause: error) }
  }
}

extension DecodingError {
  /// What was expected where.
  fileprivate var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "\(self)"
    }
  }
}
