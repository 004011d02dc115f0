/// What a program is started with as a job.
package struct JobCommand: Codable, Hashable, Sendable {
  /// A path, or a name that is found along PATH.
  package var program: String
  /// The command line, the program's own name first.
  package var words: [String]
  /// The working directory; nil for the launcher's.
  package var directory: String?
  /// Variables beside the launcher's own; not recorded, so that secrets may be among them.
  package var environment: [String: String]

  package init(_ words: [String], program: String, directory: String? = nil, environment: [String: String] = [:]) {
    (self.program, self.words, self.directory, self.environment) = (program, words, directory, environment)
  }
}

/// What is on disk of a job from its start on.
package struct JobRecord: Codable, Hashable, Sendable {
  /// The command line without the secrets in it.
  package var command: [String]
  package var directory: String
  package var process: ProcessIdentity
  package var host: String
  /// Unix time in microseconds.
  package var started: Int64
}

/// What is on disk of a job that has ended.
package struct JobEnding: Codable, Hashable, Sendable {
  /// What the program returned; nil if a signal ended it.
  package var status: Int32?
  /// The signal that ended it.
  package var signal: Int32?
  /// Unix time in microseconds.
  package var ended: Int64

  /// `wait`: as `waitpid` has it.
  init(wait: Int32, ended: Int64) {
    let signal = wait & 0x7F
    if signal == 0 { status = (wait >> 8) & 0xFF } else { self.signal = signal }
    self.ended = ended
  }
}

/// How a job is doing, or how it ended.
package enum JobState: Hashable, Sendable {
  case running
  case ended(JobEnding)
  /// It runs no more, and nobody was there to see how it ended: its supervisor was killed, or the machine was switched off.
  case lost

  package var isRunning: Bool { self == .running }

  /// `running`, `finished`, `interrupted`, `failed`, `killed` or `lost`.
  package var name: String {
    switch self {
    case .running: "running"
    case .lost: "lost"
    case .ended(let ending):
      switch (ending.status, ending.signal) {
      case (0, _): "finished"
      // As shells have it, 128 and the signal.
      case (130, _), (_, 2): "interrupted"
      case (nil, _): "killed"
      default: "failed"
      }
    }
  }
}
