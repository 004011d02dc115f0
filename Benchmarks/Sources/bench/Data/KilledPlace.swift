import DataVersions
import Files
import Formats
import Foundation
import Tracker

/// A folder with a store, in which `bench kills` has commands killed and done again.
struct KilledPlace {
  let folder: String
  private let program: String

  init(_ folder: String, _ program: String) { (self.folder, self.program) = (folder, program) }

  private var temporary: String { folder + "/tmp" }
  private var store: String { folder + "/runs" }
  private var repository: DataRepository { DataRepository(store: store) }

  func make() throws { try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true) }

  func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": temporary, "RLRUN_STORE": store]) {
      $1
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  func requireSuccess(_ arguments: [String]) throws {
    let process = try start(arguments)
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      throw BenchmarkError("'rlrun \(arguments.joined(separator: " "))' ended with status \(process.terminationStatus)")
    }
  }

  /// Every file of every version is as it was written, the last version reads to its end, and every log is sound.
  func requireSound(after trial: String) throws {
    for name in try repository.names() {
      let dataSet = try repository.dataSet(name)
      if let problem = try dataSet.problems().first { throw BenchmarkError("\(trial): \(problem)") }
      let version = try dataSet.latest()
      let rows = try version.table(reading: version.idColumns, in: repository).rowCount
      if rows != version.rows { throw BenchmarkError("\(trial): \(version.reference) has \(rows) rows") }
    }
    if let runs = try? Store(path: store, create: false) {
      for id in try runs.identifiers() where try !runs.verify(id).isSound {
        throw BenchmarkError("\(trial): the log of run \(id) is damaged")
      }
    }
  }

  /// Of the last versions, of models by their step and seed, and of files that were written.
  func digests() throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try repository.names() { digests["data:\(name)"] = try repository.dataSet(name).latest().sha256 }
    for name in ["predicted.csv", "features.csv"] where Folder.holds(folder + "/" + name) {
      digests[name] = try DataSet.digest(folder + "/" + name).sha256
    }
    if let runs = try? Store(path: store, create: false) {
      // By the last of each: a run that was killed and one that took its place are one.
      for run in try runs.runs() where run.status == .finished {
        let name = "\(run.description.name), seed \(run.description.seed)"
        if let checkpoint = run.lastCheckpoint { digests["model of \(name)"] = checkpoint.sha256 }
        if let accuracy = run.last("test/accuracy") { digests["accuracy of \(name)"] = "\(accuracy)" }
      }
    }
    return digests
  }

  /// Unfinished and temporary files, and parts of no version.
  func remains() throws -> [String] {
    var remains = try Folder.names(in: temporary, includingHidden: true)
    remains += try Folder.names(in: folder, includingHidden: true).filter { $0.hasPrefix(".") }
    for name in try repository.names() {
      let path = repository.path + "/" + name
      let used = Set(try repository.dataSet(name).versions().flatMap { $0.parts.map { $0.sha256 + ".parquet" } })
      for part in try Folder.names(in: path + "/parts", includingHidden: true) where !used.contains(part) {
        remains.append("\(name)/parts/\(part)")
      }
      for other in ["", "/versions"] {
        remains += try Folder.names(in: path + other, includingHidden: true).filter { $0.hasPrefix(".") }
      }
    }
    return remains
  }
}
