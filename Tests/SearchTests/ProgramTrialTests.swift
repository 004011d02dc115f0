import Foundation
import Runs
import Settings
import Telemetry
import TestSupport
import Testing
import Tracker
import Tuning

@testable import Search

@Suite struct `A search over a program` {
  private let folder = TemporaryFolder()
  private let store: Store
  private static let space = try! SearchSpace([SearchParameter("x", .real(low: 0, high: 1, log: false, steps: nil))])

  init() throws {
    store = try Store(path: folder.path + "/runs", create: true)
  }

  /// Of the script, which has x as its first argument and the seed as its second.
  private func search(
    _ script: String, trials: Int = 5, change: (inout SearchConfiguration) -> Void = { _ in }
  ) throws -> SearchRun {
    let path = folder.path + "/program.sh"
    try writeBytes(Array(script.utf8), path)
    var configuration = try SearchConfiguration(
      program: ["sh", path, "{x}", "{seed}"], space: Self.space, metric: "loss", direction: .minimize)
    (configuration.trials, configuration.sampler, configuration.freshSeeds) = (trials, .sobol, 0)
    change(&configuration)
    return try SearchRun.start(configuration, seed: 0, experiment: "e", in: store)
  }

  private func trials(of search: SearchRun) throws -> [RunRecord] {
    try store.runs().filter { $0.description.parent == search.id }
  }

  @Test func `reads its scores from what it prints, and keeps that`() throws {
    let search = try search("echo starting; echo \"epoch=1 loss=$1\"; echo '{\"step\": 7, \"loss\": '$1', \"n\": 3}'")
    let result = try #require(try search.search(shouldStop: { false }))
    let runs = try trials(of: search)
    #expect(runs.count == 5)
    for run in runs {
      let x = try run.description.hyperparameters["x"]!.number(for: "x", in: .unit)
      #expect(run.series("loss")?.steps == [1, 7])
      #expect(run.last("loss") == x)
      #expect(run.last("n") == 3)
      let output = try store.artifactBytes(run.artifacts[0])
      #expect(String(decoding: output, as: UTF8.self).hasPrefix("starting\nepoch=1 loss="))
    }
    #expect(result.searched?.mean == runs.map { $0.last("loss")! }.min())
  }

  @Test func `runs it once a seed`() throws {
    let search = try search("echo loss=$2", trials: 2) { ($0.seedsPerTrial, $0.freshSeeds) = (2, 2) }
    let result = try #require(try search.search(shouldStop: { false }))
    #expect(try trials(of: search).map(\.description.seed).sorted() == [0, 0, 1, 1, 1_000, 1_001])
    #expect(result.confirmed?.mean == 1_000.5)
  }

  @Test(arguments: [
    ("echo 'no luck' >&2; exit 3", "the program ended with status 3; its last line: no luck"),
    ("kill -9 $$", "the program was ended by signal 9"),
    ("echo done", "the program never printed the metric 'loss', as loss=0.5; its last line: done"),
    ("sleep 60", "it took longer than the time limit of a trial, 0.2 s"),
  ]) func `that never works ends with the reason`(script: String, reason: String) throws {
    let search = try search(script) { $0.trialSeconds = script.hasPrefix("sleep") ? 0.2 : nil }
    #expect(throws: TrialError.self) { try search.search(shouldStop: { false }) }
    let runs = try trials(of: search)
    #expect(runs.count == 3)
    for run in runs { #expect((run.status, run.message) == (.failed, reason)) }
    #expect(try store.load(search.id).message?.hasPrefix("the first trials all failed: run ") == true)
  }

  @Test func `that fails in the first cells of a grid goes on to its end`() throws {
    var configuration = try SearchConfiguration(
      program: ["/bin/sh", "-c", "[ $1 -gt 4 ] && echo loss=$1", "sh", "{k}"],
      space: SearchSpace(yaml: "k: [1, 2, 3, 4, 5, 6]", source: "space", domains: nil), metric: "loss",
      direction: .minimize)
    (configuration.sampler, configuration.trials, configuration.freshSeeds) = (.grid, 6, 0)
    let search = try SearchRun.start(configuration, seed: 0, experiment: "e", in: store)
    let result = try #require(try search.search(shouldStop: { false }))
    let runs = try trials(of: search)
    #expect(runs.count == 6 && runs.count { $0.status == .failed } == 4)
    #expect(result.values["k"]?.description == "5")
  }

  @Test func `that is not there ends with the reason`() throws {
    var configuration = try SearchConfiguration(
      program: ["/no/such/program", "{x}"], space: Self.space, metric: "loss", direction: .minimize)
    configuration.sampler = .random
    let search = try SearchRun.start(configuration, seed: 0, experiment: "e", in: store)
    #expect(throws: TrialError.self) { try search.search(shouldStop: { false }) }
    #expect(
      try trials(of: search).allSatisfy {
        $0.message == "could not start a job: /no/such/program: No such file or directory"
      })
  }

  @Test func `that fails now and then goes on`() throws {
    let search = try search("[ \"${1#0.0}\" = \"$1\" ] || exit 1; echo loss=$1", trials: 16)
    let result = try #require(try search.search(shouldStop: { false }))
    let failed = try trials(of: search).filter { $0.status == .failed }
    #expect(failed.count == 1 || failed.count == 2)
    #expect(result.searched!.mean >= 0.1)
  }

  @Test func `limits its memory`() throws {
    let script = "exec sh -c 'ulimit -v; echo loss=0'"
    let search = try search(script, trials: 1) { $0.trialMemory = 512_000_000 }
    try search.search(shouldStop: { false })
    let output = try store.artifactBytes(try trials(of: search)[0].artifacts[0])
    #expect(String(decoding: output, as: UTF8.self).hasPrefix("500000\n"))
  }

  @Test func `stops trials that others are better than`() throws {
    // Later trials print more than the first and would print on for ever.
    let script = """
      for i in 1 2 3 4 5 6 7 8; do echo "step=$i loss=$1"; sleep 0.02; done
      """
    let search = try search(script, trials: 12) { ($0.pruner, $0.progressMetric) = (.median, "loss") }
    try search.search(shouldStop: { false })
    let runs = try trials(of: search)
    let pruned = runs.filter { $0.tags["pruned"] != nil }
    #expect(!pruned.isEmpty)
    #expect(pruned.allSatisfy { $0.status == .finished && $0.series("loss")!.values.count < 8 })
  }

  @Test func `that is stopped interrupts it and starts it anew later`() throws {
    let marker = folder.path + "/go"
    let search = try search("[ -e \(marker) ] || exec sleep 60; echo loss=$1", trials: 2)
    var asked = 0
    let stopped = try search.search(shouldStop: {
      asked += 1
      return (try? self.trials(of: search).isEmpty) == false
    })
    #expect(stopped == nil)
    #expect(asked > 0)
    #expect(try trials(of: search).map(\.status) == [.interrupted])
    try writeBytes([], marker)
    try SearchRun.resume(search.id, trials: nil, workers: 1, in: store)?.search(shouldStop: { false })
    #expect(try trials(of: search).map(\.status) == [.finished, .finished])
  }

  @Test(arguments: [
    (["t", "{y}"], "{y} is no setting of the space"),
    (["t", "--seed", "{seed}"], "the program never gets the setting 'x': write {x} where its value goes"),
    ([], "name the program to try after --, as in -- ./train.sh --lr {lr}"),
  ]) func `refuses a command line that does not go with the space`(words: [String], sentence: String) {
    #expect(throws: ConfigurationError(sentence)) {
      try SearchConfiguration(program: words, space: Self.space, metric: "loss", direction: .minimize)
    }
  }

  @Test func `fills in values and leaves other braces alone`() {
    let command = ProgramCommand(["--lr={lr}", "{\"a\": 1}", "{seed}-{lr}{", "{mode}"])
    #expect(command.words(["lr": .number(0.5)], seed: 3) == ["--lr=0.5", "{\"a\": 1}", "3-0.5{", ""])
  }

  @Test(arguments: [
    ("loss=0.5", [("loss", 0.5, Int?.none)]),
    ("Epoch 3: loss: 0.25, acc = 0.9", [("loss", 0.25, nil), ("acc", 0.9, nil)]),
    ("epoch=4 loss=1e-3", [("loss", 0.001, 4)]), ("{\"loss\": \"NaN\", \"step\": 2}", [("loss", Double.nan, 2)]),
    ("nothing here", []), ("{broken", []), ("loss=", []), ("time 12:30", []),
  ]) func `understands lines`(line: String, points: [(String, Double, Int?)]) {
    let found = ProgramOutput.points(in: line)
    #expect(found.map(\.name) == points.map(\.0))
    #expect(found.map(\.step) == points.map(\.2))
    for (a, b) in zip(found, points) { #expect(a.value == b.1 || a.value.isNaN && b.1.isNaN) }
  }
}

@Suite struct `A search that is asked` {
  private let folder = TemporaryFolder()

  @Test func `gives settings once and learns from the scores it is told`() throws {
    let store = try Store(path: folder.path, create: true)
    let search = try AskedSearch(space: "x: {low: 0.0, high: 1.0}", metric: "score", trials: 30, seed: 1, in: store)
    #expect(try store.load(search.id).status == .open)
    var best = -Double.infinity
    var number = 0
    while let (run, values) = try AskedSearch(search.id, in: store).ask() {
      number += 1
      #expect(try store.load(run).description.trial?.number == number)
      let x = try values["x"]!.number(for: "x", in: .unit)
      if number == 5 {
        try search.tell(run, nil)
      } else {
        try search.tell(run, 0.1, step: 1)
        try search.tell(run, -abs(x - 0.7))
        best = max(best, -abs(x - 0.7))
      }
    }
    #expect(number == 30)
    #expect(best > -0.03)
    #expect(try SearchOverview(search.id, in: store).result.searched?.mean == best)
  }

  @Test func `refuses a score for what it has not asked, and a second one`() throws {
    let store = try Store(path: folder.path, create: true)
    let search = try AskedSearch(space: "x: [1, 2]", metric: "score", trials: 2, in: store)
    let run = try #require(try search.ask()).run
    try search.tell(run, 1)
    #expect(
      throws: ConfigurationError("run \(run) has been told of already: it is finished")
    ) { try search.tell(run, 2) }
    #expect(
      throws: ConfigurationError("run \(search.id) was not asked for: 'rlrun search ask' gives settings to try")
    ) { try search.tell(search.id, 2) }
    #expect(throws: SearchSpaceError.self) {
      try AskedSearch(space: "x: {low: 2, high: 1}", metric: "score", in: store)
    }
  }
}
