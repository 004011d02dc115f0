import ArgumentParser
import Foundation
import Glibc
import Runs
import Tracker

/// Trainings in Python's environments whose program or workers are killed at random moments, beside one left alone.
struct PythonKillsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python-kills",
    abstract: "Kills trainings in Python's environments, or their workers, at random moments, and resumes them.",
    discussion: """
      After each kill no worker and no shared memory may be left, and what comes of the run must equal the one left alone,
      bit for bit. RLRUN_PYTHON names the Python; without it that of 'make python' is taken.
      """)

  @Option(help: "Kills in all.")
  var kills = 200
  @Option(help: "The seed of the moments.")
  var seed: UInt64 = 1
  @Option(help: "The program (default: .build/release/rlrun).")
  var program = ResumeBenchmark.built
  @Flag(
    name: .customLong("async"), help: "Trainings that step half of the environments beside the policy.")
  var isAsync = false

  private var training: [String] {
    [
      "train", "py:CartPole-v1", "--envs", "4", "--env-workers", "2", "--set", "n_steps=32", "--set", "batch_size=32",
      "--set", "n_epochs=2", "--steps", "8192", "--eval-freq", "2048", "--eval-episodes", "2", "--save-freq", "128",
      "--seed", "1",
    ] + (isAsync ? ["--async"] : [])
  }

  /// What came of the kills of the program, or of a worker.
  private struct Tally {
    var kills = 0
    var processes = 0
    var memories = 0
  }

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    // What the workers of this benchmark, and no others, are known by.
    let mark = "RLRUN_KILLS_\(getpid())"
    setenv(mark, "1", 1)
    if getenv("RLRUN_PYTHON") == nil {
      setenv("RLRUN_PYTHON", Peer.root.appendingPathComponent(".python/bin/python").path, 1)
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("python-kills-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let others = try sharing()
    var moments = Mutation(seed: seed)
    let store = folder.appendingPathComponent("whole").path
    let seconds = try timed { _ = try start(training, in: store, mark, &moments, killing: nil, after: 0) }.seconds
    let whole = try latest(in: store)
    var tallies: [Target: Tally] = [:]
    var (killed, runs, starts, failed, different) = (0, 0, 0, 0, 0)
    while killed < kills {
      let cut = folder.appendingPathComponent("cut-\(runs)").path
      runs += 1
      while true {
        starts += 1
        let hasBegun = ((try? Store(path: cut, create: false).runs().count) ?? 0) > 0
        let target: Target? = killed >= kills ? nil : moments.below(2) == 0 ? .program : .worker
        let moment = 0.05 + 0.3 * seconds * Double(moments.below(1_000_000)) / 1e6
        let hit = try start(
          hasBegun ? ["resume", "latest"] : training, in: cut, mark, &moments, killing: target, after: moment)
        guard hit, let target else { break }
        killed += 1
        var tally = tallies[target] ?? Tally()
        tally.kills += 1
        tally.processes += try lives(mark).count
        tally.memories += try sharing().subtracting(others).count
        tallies[target] = tally
        if killed % 50 == 0 { FileHandle.standardError.write(Data("\(killed) kills\n".utf8)) }
      }
      let resumed = try latest(in: cut)
      if resumed.status != .finished { failed += 1 }
      if let difference = RunDifference(between: whole, and: resumed).first {
        different += 1
        print("run \(runs): \(difference)")
      }
    }
    var table = Table("killed", "kills", "processes left", "shared memories left")
    for (target, tally) in tallies.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      table.add(target.rawValue, "\(tally.kills)", "\(tally.processes)", "\(tally.memories)")
    }
    print(table.text)
    print(
      "\n\(runs) runs of \(starts) starts: \(runs - failed) were resumed to their end, and \(runs - different) equal the one left "
        + "alone, bit for bit.")
    if failed + different + tallies.values.reduce(0, { $0 + $1.processes + $1.memories }) > 0 {
      throw BenchmarkError("not everything is as it must be")
    }
  }

  private enum Target: String { case program, worker }

  /// Whether something was killed before the program came to its end.
  private func start(
    _ arguments: [String], in store: String, _ mark: String, _ moments: inout Mutation, killing target: Target?,
    after seconds: Double
  ) throws -> Bool {
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
    var (status, hasHit): (Int32, Bool) = (0, false)
    while waitpid(child, &status, WNOHANG) == 0 {
      let elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
      if let target, !hasHit, elapsed >= seconds {
        switch target {
        case .program:
          kill(child, SIGKILL)
          waitpid(child, &status, 0)
          // A signal may take a moment to arrive at the workers.
          for _ in 0..<500 where try !lives(mark).isEmpty { usleep(10_000) }
          return true
        case .worker:
          let workers = try lives(mark).filter { $0 != child }
          if workers.isEmpty { break }
          kill(workers[moments.below(workers.count)], SIGKILL)
          hasHit = true
        }
      }
      usleep(500)
    }
    // A worker may have been killed when it had nothing left to do.
    guard status == 0 || hasHit && status >> 8 & 0xFF == 1 && status & 0x7F == 0 else {
      throw BenchmarkError("rlrun \(arguments[0]) ended with status \(status >> 8 & 0xFF), signal \(status & 0x7F)")
    }
    return status != 0
  }

  /// Processes with the mark among their variables, but this one.
  private func lives(_ mark: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { number in
      guard number != getpid(), let bytes = FileManager.default.contents(atPath: "/proc/\(number)/environ") else {
        return false
      }
      return bytes.range(of: Data("\(mark)=".utf8)) != nil
    }
  }

  /// Processes that have mapped the memory of workers: it has no name, and is gone with the last of them.
  private func sharing() throws -> Set<pid_t> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { number in
        FileManager.default.contents(atPath: "/proc/\(number)/maps")?.range(of: Data("/memfd:rlrun".utf8)) != nil
      })
  }

  private func latest(in store: String) throws -> RunRecord {
    let store = try Store(path: store, create: false)
    return try store.load(store.find("latest"))
  }
}
