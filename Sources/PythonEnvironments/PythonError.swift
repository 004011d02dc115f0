import Formats

/// Python is missing, there is no such environment, or one has failed: a sentence, and Python's traceback where there is one.
package struct PythonError: UserFacingError, Hashable {
  package var sentence: String
  /// As Python prints it, without the frames of rlrun's own script; empty where there is none.
  package var traceback: String
  package var status: FailureStatus

  package init(_ sentence: String, traceback: String = "", status: FailureStatus = .failedWork) {
    (self.sentence, self.traceback, self.status) = (sentence, traceback, status)
  }

  /// With the traceback, as a run's log keeps it.
  package var description: String { traceback.isEmpty ? sentence : sentence + "\n" + traceback }
  package var excerpt: [String] { traceback.split(separator: "\n").map(String.init) }
}
