import ArgumentParser
import Foundation
import Glibc
import Search
import Tracker

/// Searches whose workers, and the process that leads them, are killed at random moments.
struct SearchKillsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search-kills",
    abstract: "Kills the workers of searches, the process that leads them, or all, at random moments, and goes on.",
    discussion: """
      For each sampler and pruner: four processes share a search, and whatever is killed is started again. In the end no trial
      may be lost or done twice; of samplers that look at no results, the trials must be those of a search left alone.
      """)

  @Option(help: "Kills of each search.")
  var kills = 50
  @Option(help: "The seed of the moments.")
  var seed: UInt64 = 1
  @Option(help: "The program (default: .build/release/rlrun).")
  var program = ResumeBenchmark.built

  private static let trials = 120

  func run() throws {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("search-kills-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let space = folder.appendingPathComponent("space.yaml").path
    try
      "learning_rate: {low: 1e-4, high: 1e-2, log: true}\ngamma: {low: 0.9, high: 0.99, steps: 20}\nn_steps: [16, 32]\n"
      .write(toFile: space, atomically: true, encoding: .utf8)
    var moments = Mutation(seed: seed)
    var table = Table("searches that are killed", "pruner", "kills", "starts", "trials", "failed", "the same trials")
    for (sampler, pruner) in [("random", "none"), ("sobol", "none"), ("tpe", "none"), ("tpe", "asha")] {
      let search = [
        "search", "train", "CartPole-v1", "--steps", "4096", "--eval-freq", "512", "--eval-episodes", "2", "--seeds",
        "0",
        "--fresh-seeds", "0", "--jobs", "1", "--space", space, "--trials", "\(Self.trials)", "--sampler", sampler,
        "--pruner", pruner,
      ]
      let cut = folder.appendingPathComponent("\(sampler)-\(pruner)").path
      let (killed, starts) = try share(search, in: cut, &moments)
      let trials = try self.trials(in: cut)
      guard trials.map(\.number) == Array(0...Self.trials) else {
        throw BenchmarkError("\(sampler), \(pruner): the trials are \(trials.map(\.number))")
      }
      guard trials.allSatisfy({ $0.runs.count == 1 }) else { throw BenchmarkError("\(sampler): a trial is done twice") }
      var same = "–"
      if sampler == "random" || sampler == "sobol" {
        let whole = folder.appendingPathComponent("\(sampler)-whole").path
        let status = try Program(at: program).run(search + ["--store", whole], droppingComplaints: true).status
        guard status == 0 else { throw BenchmarkError("a search that nobody kills ends with status \(status)") }
        guard try self.trials(in: whole).map(\.values) == trials.map(\.values) else {
          throw BenchmarkError("\(sampler): other trials than those of a search left alone")
        }
        same = "yes"
      }
      let failed = trials.count { $0.failure != nil }
      table.add(sampler, pruner, "\(killed)", "\(starts)", "\(trials.count)", "\(failed)", same)
    }
    print("\n\(table.text)\nNone was lost, none done twice. Failed are those whose workers died twice.")
  }

  /// Starts four processes on a search and kills some of them until enough have died, then lets it come to its end.
  private func share(
    _ search: [String], in store: String, _ moments: inout Mutation
  ) throws -> (killed: Int, starts: Int) {
    var processes = [try start(search + ["--store", store])]
    var (killed, starts, id) = (0, 1, String?.none)
    while id == nil {
      usleep(2_000)
      id = (try? Store(path: store, create: false).runs().first { $0.description.kind.rawValue == "search" })?.id
    }
    while killed < kills, try Store(path: store, create: false).load(id!).status != .finished {
      while processes.count < 4 {
        let command = moments.below(2) == 0 ? ["resume", id!] : ["search", "worker", id!]
        processes.append(try start(command + ["--store", store]))
        starts += 1
      }
      usleep(UInt32(20_000 + moments.below(150_000)))
      let victims = moments.below(8) == 0 ? processes.count : 1
      for _ in 0..<victims {
        let victim = processes.remove(at: moments.below(processes.count))
        kill(victim, SIGKILL)
        _ = wait(for: victim)
        killed += 1
      }
    }
    for process in processes {
      kill(process, SIGKILL)
      _ = wait(for: process)
    }
    let status = try Program(at: program).run(["resume", id!, "--store", store], droppingComplaints: true).status
    guard status == 0 else { throw BenchmarkError("a search that was killed resumes with status \(status)") }
    return (killed, starts)
  }

  private func trials(in store: String) throws -> [TrialState] {
    let store = try Store(path: store, create: false)
    guard let search = try store.runs().first(where: { $0.description.kind.rawValue == "search" }) else {
      throw BenchmarkError("there is no search")
    }
    return try SearchOverview(search.id, in: store).state.trials
  }

  private func start(_ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, nil, &words, environ)
    guard code == 0 else { throw BenchmarkError("\(program) cannot be run: \(String(cString: strerror(code)))") }
    return child
  }

  private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
