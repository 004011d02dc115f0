import Files
import Formats
import Foundation
import Settings
import Tracker

/// Programs that outlive the process that starts them, and that every process sees that opens the store.
///
///     let launcher = ProcessLauncher(in: store)
///     let job = try launcher.spawn(JobCommand(["rlrun", "train", "CartPole-v1"], program: "rlrun"))
///     try launcher.wait(for: job)
///
/// A job is in a session of its own, which the Ctrl-C of a terminal does not reach. Beside each runs a small supervisor, its
/// parent, which records how it ended.
package struct ProcessLauncher: Launcher {
  private let store: Store
  private let folder: String
  private let supervisor: String

  /// `supervisor`: the path of rlrun.
  package init(in store: Store, supervisor: String = ProcessLauncher.ownProgram) {
    (self.store, self.supervisor) = (store, supervisor)
    folder = URL(fileURLWithPath: store.path).path + "/.jobs"
  }

  /// The path of the program that runs, also where another version lies there by now.
  package static var ownProgram: String {
    let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    return Folder.holds(path) ? path : "/proc/self/exe"
  }

  package func spawn(_ command: JobCommand) throws -> ProcessJob { try spawn(command, after: []) }

  /// Returns once the program runs. Throws `LaunchError` if it cannot be started; then there is no job.
  ///
  /// `jobs`: ids of those that have to end before it does anything. A program that is no rlrun does not wait.
  package func spawn(_ command: JobCommand, after jobs: [String]) throws -> ProcessJob {
    try Folder.makeAll(folder, system: SystemCalls())
    let id = store.newIdentifier()
    let place = folder + "/" + id
    guard try Folder.make(place, system: SystemCalls()) else { return try spawn(command, after: jobs) }
    do {
      if !jobs.isEmpty {
        let text = jobs.map { $0 + "\n" }.joined()
        try Folder.place(Array(text.utf8), at: place + "/" + ProcessJob.queueFile, system: SystemCalls())
      }
      try supervise(command, in: place)
      guard let job = try ProcessJob(id, in: folder) else {
        throw LaunchError.notSupervised(output: place + "/" + ProcessJob.outputFile)
      }
      return job
    } catch {
      // What a supervisor said that failed by itself is worth reading.
      if case .notSupervised? = error as? LaunchError { throw error }
      try? FileManager.default.removeItem(atPath: place)
      throw error
    }
  }

  /// Starts a supervisor, tells it the command, and waits until it says that the program runs.
  private func supervise(_ command: JobCommand, in place: String) throws {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw LaunchError.notStarted(supervisor, code: errno)
    }
    let ours = ends[0]
    defer { close(ours) }
    let output = try OpenFile(place + "/" + ProcessJob.outputFile, O_WRONLY | O_APPEND | O_CREAT, .create)
    let environment = ProcessInfo.processInfo.environment
      .merging(command.environment) { $1 }.merging([ProcessJob.variable: place]) { $1 }
    let number = ChildProcess.start(
      supervisor, ["rlrun", JobSupervisor.command, place], environment: environment,
      streams: (ends[1], output.descriptor, output.descriptor), leadsGroup: false)
    close(ends[1])
    guard number > 0 else { throw LaunchError.notStarted(supervisor, code: -number) }
    // It outlives this process, or is asked after once it has ended.
    Thread.detachNewThread { _ = ChildProcess.waitForEnd(of: number) }
    var request = command
    request.environment = [:]
    let bytes = Array(try JSONForm.exact.encode(request))
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(ours, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      sent += count
    }
    shutdown(ours, Int32(SHUT_WR))
    guard let answer = try? JSONForm.exact.decode(JobSupervisor.Answer.self, from: ChildProcess.readAll(ours)) else {
      throw LaunchError.notSupervised(output: place + "/" + ProcessJob.outputFile)
    }
    if answer.code != 0 { throw LaunchError.notStarted(answer.subject, code: answer.code) }
  }

  /// All of the store, whoever started them, the oldest first.
  package func jobs() throws -> [ProcessJob] {
    try Folder.names(in: folder).compactMap { try ProcessJob($0, in: folder) }
      .sorted { ($0.record.started, $0.id) < ($1.record.started, $1.id) }
  }

  /// The job whose id this is, or begins so; nil if there is none.
  package func find(_ reference: String) throws -> ProcessJob? {
    let ids = try Folder.names(in: folder).filter { !reference.isEmpty && $0.hasPrefix(reference) }
    if let id = ids.first(where: { $0 == reference }) ?? (ids.count == 1 ? ids[0] : nil) {
      return try ProcessJob(id, in: folder)
    }
    if ids.count > 1 { throw LaunchError.ambiguous(reference, matches: ids) }
    return nil
  }

  /// Signals the program and its process group; never another process, even one that was given its number since.
  package func signal(_ job: ProcessJob, _ signal: JobSignal) throws {
    guard try job.state().isRunning else { return }
    if job.record.host != ProcessInfo.processInfo.hostName {
      throw LaunchError.elsewhere(job: job.id, host: job.record.host)
    }
    let number =
      switch signal {
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .kill: SIGKILL
      }
    let code = job.record.process.signal(number)
    if code != 0, code != ESRCH { throw LaunchError.notSignalled(job: job.id, code: code) }
  }

  @discardableResult
  package func wait(for job: ProcessJob) throws -> JobState { try job.waitForEnd() }
}
