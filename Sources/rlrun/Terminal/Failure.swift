import BLASBridge
import Datasets
import Environments
import Experiments
import Foundation
import Learning
import Telemetry
import Tracker

/// An error of ours as a sentence and an exit status; nil for errors that are not ours to word.
struct Failure {
  var sentence: String
  /// 2: the command was not understood; 1: the work failed.
  var status: Int32

  init?(_ error: any Error) {
    switch error {
    case let error as UsageError: (sentence, status) = (error.description, 2)
    case let error as FilterError: (sentence, status) = (error.description, 2)
    case let error as HyperparameterError: (sentence, status) = (error.description, 2)
    case let error as ConfigurationError: (sentence, status) = (error.description, 2)
    case let error as DataFileError: (sentence, status) = (error.description, error.reason.isUsage ? 2 : 1)
    case let error as LinearAlgebraError: (sentence, status) = ("the fit failed: \(error)", 1)
    case let error as EnvironmentError: (sentence, status) = (error.description, 2)
    case let error as StoreError: (sentence, status) = (error.description, error.isUsage ? 2 : 1)
    case let error as CheckpointError: (sentence, status) = (error.description, 1)
    case let error as InputError: (sentence, status) = (error.description, 2)
    case let error as ImportError: (sentence, status) = (error.description, 1)
    case let error as ScoreFileError: (sentence, status) = (error.description, 1)
    case let error as OutputError: (sentence, status) = (error.description, 1)
    case let error as CocoaError: (sentence, status) = (error.localizedDescription, 1)
    default: return nil
    }
  }
}

extension StoreError {
  /// Whether what the user named is not there, rather than something having failed.
  var isUsage: Bool {
    switch self {
    case .missing, .notAStore, .badExperimentName, .noRuns, .unknownRun, .ambiguous, .deleted: true
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
