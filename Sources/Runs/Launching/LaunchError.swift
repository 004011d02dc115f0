import Formats
import Glibc

/// Why a job could not be started, found or signalled.
package enum LaunchError: UserFacingError, Hashable, Sendable {
  /// The program or its working directory cannot be used.
  case notStarted(String, code: Int32)
  /// The process that looks after a job ended before the job began.
  case notSupervised(output: String)
  /// What is recorded of a job cannot be read.
  case damaged(path: String)
  case unknownJob(String, nearest: String?)
  case ambiguous(String, matches: [String])
  /// The job runs on another machine that shares the store.
  case elsewhere(job: String, host: String)
  case notSignalled(job: String, code: Int32)
  case threadCannotBeKilled

  package var description: String {
    switch self {
    case .notStarted(let name, let code): "could not start a job: \(name): \(Self.words(code))"
    case .notSupervised(let output): "could not start a job: the rlrun that supervises it failed; see \(output)"
    case .damaged(let path): "\(path) is damaged: delete its folder to forget the job"
    case .unknownJob(let name, let nearest):
      "there is no job \(name)" + (nearest.map { ": did you mean \($0)?" } ?? "; 'rlrun jobs' lists them")
    case .ambiguous(let name, let matches):
      "\(name) could be any of \(matches.count) jobs: \(matches.prefix(8).joined(separator: ", "))"
        + (matches.count > 8 ? ", …" : "")
    case .elsewhere(let job, let host): "job \(job) was started on \(host): stop it there"
    case .notSignalled(let job, let code): "could not signal job \(job): \(Self.words(code))"
    case .threadCannotBeKilled: "a thread cannot be killed: interrupt it"
    }
  }

  package var status: FailureStatus {
    switch self {
    case .unknownJob, .ambiguous: .badUsage
    case .notStarted, .notSupervised, .damaged, .elsewhere, .notSignalled, .threadCannotBeKilled: .failedWork
    }
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
