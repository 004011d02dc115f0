import ArgumentParser
import Autopilot
import Foundation
import Glibc
import Tracker

/// Autopilots that are killed at random moments and resumed.
struct AutopilotKillsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autopilot-kills",
    abstract: "Kills an autopilot at random moments and resumes it: its leaderboard is that of one left alone.")

  @Option(help: "Kills.")
  var kills = 20
  @Option(help: "Candidates.")
  var trials = 40
  @Option(help: "The seed of the moments.")
  var seed: UInt64 = 1
  @Option(help: "The program (default: .build/release/rlrun).")
  var program = ResumeBenchmark.built

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("autopilot-kills-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let table = folder.appendingPathComponent("table.csv").path
    var moments = Mutation(seed: seed)
    try rows(600, &moments).write(toFile: table, atomically: true, encoding: .utf8)
    let command = ["autopilot", table, "--target", "y", "--trials", "\(trials)", "--jobs", "2"]
    let (whole, cut) = (folder.appendingPathComponent("whole").path, folder.appendingPathComponent("cut").path)
    let start = Date()
    let status = try Program(at: program).run(command + ["--store", whole], droppingComplaints: true).status
    guard status == 0 else { throw BenchmarkError("an autopilot that nobody kills ends with status \(status)") }
    let seconds = -start.timeIntervalSinceNow
    let (killed, starts) = try interrupt(command + ["--store", cut], in: cut, lasting: seconds, &moments)
    let (expected, report) = (try self.report(in: whole), try self.report(in: cut))
    guard expected.leaderboard.map(\.name) == report.leaderboard.map(\.name),
      expected.leaderboard.map(\.score) == report.leaderboard.map(\.score), expected.answer == report.answer,
      expected.test == report.test, report.failedTrials == 0
    else { throw BenchmarkError("another leaderboard than that of an autopilot left alone") }
    print(
      "\(killed) kills, \(starts) starts, \(report.finishedTrials) candidates: the same leaderboard, answer and test score as "
        + "without.")
  }

  private func rows(_ count: Int, _ moments: inout Mutation) -> String {
    var lines = ["x,z,kind,y"]
    for _ in 0..<count {
      let (x, z, kind) = (moments.below(1_000), moments.below(1_000), moments.below(4))
      let isYes = x + z / 2 + 100 * kind + moments.below(600) > 1_200
      lines.append("\(x),\(z),k\(kind),\(isYes ? "yes" : "no")")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Starts it, or resumes it, and kills it, until it has been killed often enough; then lets it come to its end.
  private func interrupt(
    _ command: [String], in store: String, lasting seconds: Double, _ moments: inout Mutation
  ) throws -> (killed: Int, starts: Int) {
    var (killed, starts, id) = (0, 0, String?.none)
    while killed < kills {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = id.map { ["resume", $0, "--store", store] } ?? command
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      starts += 1
      // A candidate that has begun may need a second of peace.
      let pause = 50_000 + moments.below(max(1, Int(seconds * 4e6 / Double(kills))))
      usleep(UInt32(pause))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        killed += 1
      }
      process.waitUntilExit()
      id =
        id ?? (try? Store(path: store, create: false).runs().first { $0.description.kind.rawValue == "autopilot" })?.id
      if let id, try Store(path: store, create: false).load(id).status == .finished { break }
    }
    if let id {
      let status = try Program(at: program).run(["resume", id, "--store", store], droppingComplaints: true).status
      guard status == 0 else { throw BenchmarkError("an autopilot that was killed resumes with status \(status)") }
    }
    return (killed, starts)
  }

  private func report(in path: String) throws -> AutopilotReport {
    let store = try Store(path: path, create: false)
    let record = try store.runs().first { $0.description.kind.rawValue == "autopilot" }
    guard let report = try record.flatMap({ try AutopilotReport(of: $0, in: store) }) else {
      throw BenchmarkError("the autopilot in '\(path)' has no report")
    }
    return report
  }
}
