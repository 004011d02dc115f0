import Files
import Formats
import Foundation
import Tracker

/// The parent of a job: starts it, waits for it, and records how it ended, whatever becomes of the launcher.
package enum JobSupervisor {
  /// The command of rlrun that is a supervisor, before the job's folder.
  package static let command = "supervise"

  /// What the launcher is told: 0, or the error number and what it is about.
  struct Answer: Codable {
    var subject = ""
    var code: Int32 = 0
  }

  /// Starts what the launcher asks for on standard input, and returns when it has ended.
  package static func run(in folder: String) throws {
    // Possible for a process that leads no group.
    setsid()
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    // What the launcher had open by accident would stay open as long as the job runs.
    for name in try Folder.names(in: "/proc/self/fd") {
      if let descriptor = Int32(name), descriptor > STDERR_FILENO { close(descriptor) }
    }
    guard let command = try? JSONForm.exact.decode(JobCommand.self, from: ChildProcess.readAll(STDIN_FILENO)) else {
      return
    }
    let lock = try OpenFile(folder + "/" + ProcessJob.lockFile, O_RDWR | O_CREAT, .create)
    guard try lock.lockExclusively() else { return }
    let started = start(command, in: folder)
    let answer = try JSONForm.exact.encode(started.answer)
    _ = answer.withUnsafeBytes { send(STDIN_FILENO, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    close(STDIN_FILENO)
    guard let process = started.process else { return }
    let ending = JobEnding(wait: ChildProcess.waitForEnd(of: process), ended: WallClock.now)
    try write(ending, to: folder + "/" + ProcessJob.endingFile)
  }

  private static func start(_ command: JobCommand, in folder: String) -> (process: Int32?, answer: Answer) {
    if let directory = command.directory, chdir(directory) != 0 {
      return (nil, Answer(subject: directory, code: errno))
    }
    let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
    let process = ChildProcess.start(
      command.program, command.words, environment: ProcessInfo.processInfo.environment,
      streams: (nowhere, STDOUT_FILENO, STDERR_FILENO), withDefaultSignals: true)
    close(nowhere)
    guard process > 0 else { return (nil, Answer(subject: command.program, code: -process)) }
    do {
      // As long as it is not waited for, the number stays its own.
      guard let identity = ProcessIdentity(of: process) else { throw FileError(.read, path: "/proc", code: ENOENT) }
      let record = JobRecord(
        command: Redaction.commandLine(command.words), directory: FileManager.default.currentDirectoryPath,
        process: identity, host: ProcessInfo.processInfo.hostName, started: WallClock.now)
      try write(record, to: folder + "/" + ProcessJob.recordFile)
      return (process, Answer())
    } catch {
      kill(-process, SIGKILL)
      _ = ChildProcess.waitForEnd(of: process)
      return (nil, Answer(subject: folder, code: (error as? FileError)?.code ?? EIO))
    }
  }

  private static func write(_ value: some Encodable, to path: String) throws {
    try Folder.place(Array(try JSONForm.line.encode(value)), at: path, system: SystemCalls())
  }
}
