import Analysis
import ArgumentParser
import BLASBridge
import Datasets
import Drawing
import Environments
import Fitting
import Foundation
import Interchange
import Learning
import RLCore
import Rendering
import Runs
import Settings
import Telemetry
import Tracker

/// An error as a sentence and an exit status; nil for those of ArgumentParser, which words its own.
struct Failure {
  var sentence: String
  /// 2: the command was not understood; 1: the work failed.
  var status: Int32
  /// Lines to print under the sentence: what was typed, with a mark under the place that is wrong.
  var excerpt: String?

  init?(_ error: any Error) {
    switch error {
    case let error as UsageError: (sentence, status) = (error.description, 2)
    case let error as FilterError: (sentence, status, excerpt) = (error.sentence, 2, error.excerpt)
    case let error as HyperparameterError: (sentence, status) = (error.description, 2)
    case let error as ConfigurationError: (sentence, status) = (error.description, 2)
    case let error as DataFileError: (sentence, status) = (error.description, error.reason.isUsage ? 2 : 1)
    case let error as FailedRun:
      guard let cause = Failure(error.cause) else { return nil }
      // What was understood well enough to start is work that failed.
      (sentence, status) = (cause.sentence, 1)
    case let error as DatasetError: (sentence, status) = (error.description, error.isUsage ? 2 : 1)
    case let error as NonFiniteActionError: (sentence, status) = (error.description, 1)
    case let error as SnapshotError: (sentence, status) = ("the checkpoint does not fit: \(error)", 1)
    case let error as GIFError: (sentence, status) = (error.description, 1)
    case let error as DecodingError: (sentence, status) = ("a record cannot be read: \(error.reason)", 1)
    case let error as LinearAlgebraError: (sentence, status) = ("the fit failed: \(error)", 1)
    case let error as EnvironmentError: (sentence, status) = (error.description, 2)
    case let error as StoreError: (sentence, status) = (error.description, error.isUsage ? 2 : 1)
    case let error as CheckpointError: (sentence, status) = (error.description, 1)
    case let error as InputError: (sentence, status) = (error.description, 2)
    case let error as ImportError: (sentence, status) = (error.description, 1)
    case let error as ScoreFileError: (sentence, status) = (error.description, 1)
    case let error as OutputError: (sentence, status) = (error.description, 1)
    case let error as CocoaError: (sentence, status) = (error.localizedDescription, 1)
    default:
      let type = String(reflecting: Swift.type(of: error))
      if type.hasPrefix("ArgumentParser.") || error is ExitCode { return nil }
      // No error of any other kind means that the command was not understood.
      (sentence, status) = ("\(error)", 1)
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

extension StoreError {
  /// Whether what the user named is not there, rather than something having failed.
  var isUsage: Bool {
    switch self {
    case .missing, .notAStore, .badExperimentName, .noRuns, .unknownRun, .ambiguous, .deleted, .parameterIsSet,
      .badArtifactName, .unknownExperiment:
      true
    default: false
    }
  }
}

extension DatasetError {
  /// Whether what the user named is not there, rather than the data being at fault.
  var isUsage: Bool {
    switch self {
    case .unreadable, .missingColumn: true
    default: false
    }
  }
}
