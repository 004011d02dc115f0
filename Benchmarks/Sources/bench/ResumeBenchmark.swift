import ArgumentParser
import Foundation
import Glibc
import Runs
import Tracker

/// Trainings with rewinds, killed again and again and resumed until they are finished, beside the same training left alone.
struct ResumeBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract:
      "Kills trainings with rewinds at random moments, resumes them, and compares every bit with one left alone.")

  @Option(help: "Trainings, each of a seed of its own.")
  var runs = 20

  @Option(help: "How often each of them is killed.")
  var kills = 10

  @Option(help: "The seed of the moments.")
  var seed: UInt64 = 1

  @Option(help: "The program (default: .build/release/rlrun).")
  var program = ResumeBenchmark.built

  /// A learning rate that is far too high, so that something is found early and again and again.
  private static let training = [
    "train", "CartPole-v1", "--set", "n_steps=32", "--set", "batch_size=32", "--set", "n_epochs=2", "--set",
    "learning_rate=0.05", "--envs", "2", "--steps", "4096", "--eval-freq", "512", "--eval-episodes", "2", "--save-freq",
    "128", "--on", "any=rewind", "--max-rewinds", "5",
  ]

  static let built = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/release/rlrun").path

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("resume-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    var moments = Mutation(seed: seed)
    var table = Table(["seed", "rewinds", "steps", "kills", "starts", "resumed is"])
    var differing = 0
    for seed in 1...max(1, runs) {
      let whole = folder.appendingPathComponent("whole-\(seed)").path
      let seconds = try timed { _ = try start(Self.training + ["--seed", "\(seed)"], in: whole, killAfter: nil) }
        .seconds
      let record = try latest(in: whole)
      var spread = 2 * seconds / Double(max(1, kills))
      while true {
        let cut = folder.appendingPathComponent("cut-\(seed)").path
        try? FileManager.default.removeItem(atPath: cut)
        let (killed, starts) = try trainKilled(seed, in: cut, spread: spread, &moments)
        let resumed = try latest(in: cut)
        let difference = difference(between: record, and: resumed)
        if difference != nil { differing += 1 }
        table.add(
          "\(seed)", "\(record.rewinds.count)", "\(record.lastStep)", "\(killed)", "\(starts)", difference ?? "equal")
        // One that ended before it was killed often enough is done anew, with less time to each.
        if killed >= kills { break }
        spread *= 0.7
      }
    }
    print(table.text)
    if differing > 0 { throw BenchmarkError("\(differing) resumed runs differ from the uninterrupted ones") }
    print(
      "every resumed run equals the uninterrupted one, bit for bit: points, episodes, findings, rewinds, checkpoint")
  }

  /// Starts and resumes a training until it is finished, and kills it at random moments until it was killed often enough.
  private func trainKilled(
    _ seed: Int, in store: String, spread: Double, _ moments: inout Mutation
  ) throws -> (kills: Int, starts: Int) {
    var (killed, starts) = (0, 0)
    while true {
      starts += 1
      let hasBegun = ((try? Store(path: store, create: false).runs().count) ?? 0) > 0
      let arguments = hasBegun ? ["resume", "latest"] : Self.training + ["--seed", "\(seed)"]
      // Whether it is killed a little before a checkpoint or long after one is a matter of chance.
      let moment = killed < kills ? 0.02 + spread * Double(moments.below(1_000_000)) / 1e6 : nil
      if try start(arguments, in: store, killAfter: moment) { return (killed, starts) }
      killed += 1
    }
  }

  /// Whether the program came to its end, rather than to be killed.
  ///
  /// Not by Foundation's `Process`, which waits for its child by itself: its number might be another's when it is killed.
  private func start(_ arguments: [String], in store: String, killAfter seconds: Double?) throws -> Bool {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
    var words = ([program] + arguments + ["--store", store]).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, nil, &words, environ)
    guard code == 0 else { throw BenchmarkError("\(program) cannot be run: \(String(cString: strerror(code)))") }
    let begin = DispatchTime.now().uptimeNanoseconds
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
      if let seconds, Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9 >= seconds {
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return false
      }
      usleep(500)
    }
    guard status == 0 else { throw BenchmarkError("rlrun \(arguments[0]) ended with status \((status >> 8) & 0xFF)") }
    return true
  }

  private func latest(in store: String) throws -> RunRecord {
    let store = try Store(path: store, create: false)
    return try store.load(store.find("latest"))
  }

  private func difference(between whole: RunRecord, and resumed: RunRecord) -> String? {
    if let first = RunDifference(between: whole, and: resumed).first { return first }
    if whole.status != resumed.status || whole.message != resumed.message {
      return
        "\(resumed.status.rawValue), \(resumed.message ?? "–"), not \(whole.status.rawValue), \(whole.message ?? "–")"
    }
    return nil
  }
}
