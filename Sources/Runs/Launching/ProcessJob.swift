import Files
import Formats
import Foundation

/// A program that runs beside the process that started it, or has run; in its store's folder `.jobs/ID`:
///
/// | file | holds |
/// | --- | --- |
/// | `lock` | nothing; locked by the job's supervisor until it has written how the job ended |
/// | `job.json` | the `JobRecord`, from the start on |
/// | `ending.json` | the `JobEnding`, once it has ended |
/// | `output` | what it wrote to standard output and standard error |
/// | `queue` | the ids of the jobs that it waits for, a line each, until its turn comes |
/// | `runs` | the ids of the runs that it has started or resumed, a line each |
package struct ProcessJob: Sendable {
  package let id: String
  package let folder: String
  package let record: JobRecord

  /// nil for a folder of a job that was never started.
  init?(_ id: String, in jobs: String) throws {
    (self.id, folder) = (id, jobs + "/" + id)
    let path = folder + "/" + Self.recordFile
    guard let record = try Self.read(JobRecord.self, at: path) else { return nil }
    self.record = record
  }

  static let recordFile = "job.json"
  static let endingFile = "ending.json"
  static let lockFile = "lock"
  static let outputFile = "output"
  static let runsFile = "runs"
  static let queueFile = "queue"
  /// The variable by which a job knows its folder.
  static let variable = "RLRUN_JOB"

  /// Whether it waits for others before it begins.
  package var isQueued: Bool { Folder.holds(folder + "/" + Self.queueFile) }

  /// Returns when the jobs have ended that this process, if it is a job, is to come after.
  package static func waitForTurn() {
    guard let folder = getenv(variable).map({ String(cString: $0) }), !folder.isEmpty,
      let bytes = try? OpenFile.contents(of: folder + "/" + queueFile)
    else { return }
    let all = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
    for id in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !id.contains("/") {
      // One that is gone, or cannot be read, is not waited for.
      if let job = try? ProcessJob(String(id), in: all) { _ = try? job.waitForEnd() }
    }
    unlink(folder + "/" + queueFile)
  }

  package var output: String { folder + "/" + Self.outputFile }

  /// Ids of the runs it has started or resumed, each once.
  package var runs: [String] {
    let text = (try? OpenFile.contents(of: folder + "/" + Self.runsFile)).map { String(decoding: $0, as: UTF8.self) }
    var ids: [String] = []
    for line in (text ?? "").split(separator: "\n").map(String.init) where !ids.contains(line) { ids.append(line) }
    return ids
  }

  /// How it is doing, whoever started it.
  package func state() throws -> JobState {
    if let ending = try ending() { return .ended(ending) }
    if let lock = try? OpenFile(folder + "/" + Self.lockFile, O_RDONLY, .lock), lock.isLocked() { return .running }
    // It may have ended between the two questions.
    if let ending = try ending() { return .ended(ending) }
    return record.process.isAlive ? .running : .lost
  }

  /// Waits for its end.
  func waitForEnd() throws -> JobState {
    if let lock = try? OpenFile(folder + "/" + Self.lockFile, O_RDONLY, .lock) { try lock.waitForLock() }
    if let ending = try ending() { return .ended(ending) }
    record.process.waitForEnd()
    return .lost
  }

  private func ending() throws -> JobEnding? { try Self.read(JobEnding.self, at: folder + "/" + Self.endingFile) }

  private static func read<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value? {
    guard Folder.holds(path) else { return nil }
    let bytes = try OpenFile.contents(of: path)
    guard let value = try? JSONForm.exact.decode(type, from: Data(bytes)) else { throw LaunchError.damaged(path: path) }
    return value
  }

  /// Notes in the job that this process is, if it is one, that it writes a run.
  ///
  /// What cannot be noted is left: the run matters more.
  package static func noteInCurrent(run id: String) {
    guard let folder = getenv(variable).map({ String(cString: $0) }), !folder.isEmpty,
      let file = try? OpenFile(folder + "/" + runsFile, O_WRONLY | O_APPEND | O_CREAT, .write)
    else { return }
    try? file.writeAll(Array("\(id)\n".utf8), SystemCalls())
  }
}
