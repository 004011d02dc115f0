import Runs

/// A job in JSON.
struct JobPage: Encodable {
  var job: String
  /// queued, running, finished, interrupted, failed, killed or lost.
  var state: String
  /// What the program returned.
  var exitStatus: Int32?
  /// The signal that ended it.
  var signal: Int32?
  /// ISO 8601 in UTC.
  var started: String
  var ended: String?
  /// Without the secrets in it.
  var command: [String]
  var directory: String
  var host: String
  var pid: Int32
  /// The file that it writes to.
  var output: String
  /// Ids of the runs it has started or resumed.
  var runs: [String]

  init(_ job: ProcessJob) throws {
    let state = try job.state()
    (self.job, self.state) = (job.id, state.isRunning && job.isQueued ? "queued" : state.name)
    if case .ended(let ending) = state {
      (exitStatus, signal, ended) = (ending.status, ending.signal, isoTime(ending.ended))
    }
    started = isoTime(job.record.started)
    (command, directory, host) = (job.record.command, job.record.directory, job.record.host)
    (pid, output, runs) = (job.record.process.number, job.output, job.runs)
  }
}

extension JobState {
  /// `running`, `finished`, `failed (status 2)`, `killed (signal 9)`, …
  var words: String {
    guard case .ended(let ending) = self else { return name }
    switch name {
    case "failed": return "failed (status \(ending.status ?? 0))"
    case "killed": return "killed (signal \(ending.signal ?? 0))"
    default: return name
    }
  }
}
