import Foundation
import RLCore
import Telemetry
import Testing
import Tracker

@testable import Debugger
@testable import Runs
@testable import Training

@Suite struct FindingActionTests {
  /// Eight iterations of 256 steps and a checkpoint every second one; the condition holds from the fifth iteration on.
  private func configuration(
    _ actions: [String], when conditions: [String] = ["train/n_updates > 16"], rewinds: Int = 3
  ) throws -> TrainingConfiguration {
    var configuration = try smallConfiguration()
    configuration.debugger = try DebuggerSettings(selection: "none", conditions: conditions)
    configuration.actions = try FindingActions(actions)
    configuration.actions.maximumRewinds = rewinds
    configuration.actions.commandTimeout = 0.3
    return configuration
  }

  private func train(
    _ configuration: TrainingConfiguration, in store: Store, saying say: (String) -> Void = { _ in }
  ) throws -> RunRecord {
    let run = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: store)
    try run.train(onRemark: { say($0.description) })
    return try store.load(run.id)
  }

  @Test func `a learning rate a thousand times too high is rewound and CartPole still solved`() throws {
    let temporary = try TemporaryStore()
    var configuration = try TrainingConfiguration(
      environment: "CartPole-v1", preset: .zoo, values: ["learning_rate": .text("lin_1.0")])
    configuration.actions = try FindingActions(["ApproxKLSpike=rewind:learning_rate*0.001,seed"])
    let record = try train(configuration, in: temporary.store)
    #expect(record.status == .finished && record.message == nil)
    #expect(try #require(record.last("final/mean_reward")) >= 475)
    let rewind = try #require(record.rewinds.first?.rewind)
    #expect(record.rewinds.count == 1)
    #expect(rewind.number == 1 && rewind.movesSeed)
    #expect(rewind.changes == [.init(name: "learning_rate", from: .text("lin_1.0"), to: .text("lin_0.001"))])
    // What it was for is hidden, and yet there.
    #expect(!record.findings.contains { $0.finding == rewind.finding })
    let all = try temporary.store.load(record.id, includingSuperseded: true)
    #expect(all.findings.contains { $0.finding.identity == rewind.finding.identity })
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
    // Without the rewind its policy is one action for ever after a few updates, on every core type.
    configuration.actions = FindingActions()
    #expect(try #require(try train(configuration, in: temporary.store).last("final/mean_reward")) < 200)
  }

  @Test func `a rewind goes to a milestone older than the trouble and changes what was said`() throws {
    let temporary = try TemporaryStore()
    var remarks: [String] = []
    let record = try train(
      configuration(["When=rewind:ent_coef=0.5,clip_range*0.5"], rewinds: 1), in: temporary.store
    ) { remarks.append($0) }
    // Found at step 1,280; milestones are at 512, 1,024, …, and the last one is less than an interval older.
    let resume = try #require(record.rewinds.first)
    #expect(resume.step == 512)
    let rewind = try #require(resume.rewind)
    #expect(rewind.finding.step == 1_280)
    #expect(rewind.changes.map(\.description) == ["clip_range lin_0.2 → lin_0.1", "ent_coef 0 → 0.5"])
    #expect(!rewind.movesSeed)
    #expect(record.series("params/ent_coef")?.steps == [512])
    // The counter of updates goes on from the checkpoint, so the same is found anew; then it is enough.
    #expect(record.findings.map(\.finding.step) == [1_280])
    #expect(record.message == "stopped by the finding When at step 1280; the one rewind is used up")
    #expect(record.lastStep == 1_280)
    #expect(remarks.first?.hasPrefix("rewind 1: When at step 1280; from step 512 on, clip_range") == true)
    #expect(remarks.count == 2)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
    #expect(try temporary.store.verify(record.id).isSound)
  }

  @Test func `a rewind that does not help goes further back the next time, at last to the start`() throws {
    let temporary = try TemporaryStore()
    let record = try train(configuration(["any=rewind:seed"]), in: temporary.store)
    #expect(record.rewinds.map(\.step) == [512, 0, 512])
    #expect(record.rewinds.map { $0.rewind?.number } == [1, 2, 3])
    #expect(record.message == "stopped by the finding When at step 1280; all 3 rewinds are used up")
    // Extended, it goes on with what it has; the finding has been acted on.
    try #require(try TrainingRun.resume(record.id, budget: 3_000, in: temporary.store)).train()
    let extended = try temporary.store.load(record.id)
    #expect(extended.lastStep == 3_072 && extended.rewinds.count == 3)
    // The agent that started again drew other weights.
    let plain = try train(configuration([]), in: temporary.store)
    #expect(record.series("train/loss")?.values.first != plain.series("train/loss")?.values.first)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test(arguments: [4, 6, 7, 9])
  func `interrupted around a rewind and resumed, it records what an uninterrupted run does`(iterations: Int) throws {
    let temporary = try TemporaryStore()
    let configuration = try configuration(["any=rewind"], rewinds: 2)
    let whole = try train(configuration, in: temporary.store)
    #expect(whole.rewinds.count == 2)
    let run = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: temporary.store)
    var done = 0
    try run.train(shouldStop: { done >= iterations }, onProgress: { _ in done += 1 })
    #expect(try temporary.store.load(run.id).status == .interrupted)
    try #require(try TrainingRun.resume(run.id, in: temporary.store)).train()
    let record = try temporary.store.load(run.id)
    #expect(firstDifference(record.content, whole.content) == nil)
    #expect(record.rewinds.map(\.rewind) == whole.rewinds.map(\.rewind))
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test func `stop finishes the run and says for what, and it is reproduced`() throws {
    let temporary = try TemporaryStore()
    let record = try train(configuration(["warning=stop"]), in: temporary.store)
    #expect(record.status == .finished && record.lastStep == 1_280)
    #expect(record.message == "stopped by the finding When at step 1280")
    #expect(record.lastCheckpoint?.step == 1_280)
    #expect(record.last("final/mean_reward") != nil)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test func `a checkpoint is saved where something is found, and a warning said`() throws {
    let temporary = try TemporaryStore()
    var remarks: [String] = []
    let record = try train(configuration(["any=checkpoint", "When=warn"]), in: temporary.store) { remarks.append($0) }
    #expect(record.checkpoints.contains { $0.step == 1_280 })
    #expect(remarks.count == 2 && remarks.contains { $0.hasPrefix("warning: When at step 1280: ") }, "\(remarks)")
    #expect(record.lastStep == 2_048 && record.message == nil)
  }

  @Test func `a command gets the finding as JSON`() throws {
    let temporary = try TemporaryStore()
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("finding-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    var configuration = try configuration(["any=run:cat > '\(file.path)'"])
    configuration.actions.commandTimeout = 30
    let record = try train(configuration, in: temporary.store)
    struct Message: Decodable, Equatable {
      var run: String, experiment: String, store: String, rule: String, severity: String, step: Int
      var evidence: String, meaning: String, advice: String
    }
    let message = try JSONDecoder().decode(Message.self, from: Data(contentsOf: file))
    let finding = try #require(record.findings.first?.finding)
    let expected = Message(
      run: record.id, experiment: "e", store: temporary.store.path, rule: "When", severity: "warning", step: 1_280,
      evidence: finding.evidence, meaning: finding.meaning, advice: finding.advice)
    #expect(message == expected)
    #expect(record.notes.isEmpty)
    // Somebody has been told; a rerun tells nobody.
    try FileManager.default.removeItem(at: file)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test(arguments: [
    ("sleep 600", "was killed: it "), ("sleep 600 & sleep 600", "was killed: it "),
    ("echo no >&2; exit 3", "failed with status 3: no"), ("no-such-command-here", "failed with status 127: "),
    ("kill -9 $$", "was ended by signal 9"),
  ])
  func `a command that hangs, fails or does not exist costs nothing and is reported`(
    command: String, report: String
  ) throws {
    let temporary = try TemporaryStore()
    let plain = try train(configuration([]), in: temporary.store)
    var remarks: [String] = []
    var acting = try configuration(["any=run:\(command)"])
    // A busy machine may take seconds to start what ends by itself.
    if !command.hasPrefix("sleep") { acting.actions.commandTimeout = 60 }
    let record = try train(acting, in: temporary.store) { remarks.append($0) }
    #expect(record.status == .finished)
    #expect(firstDifference(record.content, plain.content) == nil)
    #expect(remarks.count == 1 && remarks[0].hasPrefix("the command '\(command)' \(report)"), "\(remarks)")
    #expect(record.notes == remarks)
  }

  @Test func `more commands than may wait are not run, and that is reported`() throws {
    let commands = FindingCommands(timeout: 0.2)
    for _ in 0..<FindingCommands.capacity + 3 { commands.start("sleep 600", input: "") }
    commands.finish()
    let reports = commands.takeReports()
    #expect(reports.count == FindingCommands.capacity + 3)
    #expect(reports.contains { $0.contains("others wait") })
    #expect(reports.contains { $0.contains("the run ended") })
  }

  @Test func `without actions a run's record and hash are as they were`() throws {
    let configuration = try smallConfiguration()
    #expect(
      configuration.recordedSettings.keys.filter { ["on", "command-timeout", "max-rewinds"].contains($0) }.isEmpty)
    var acting = configuration
    acting.actions = try FindingActions(["error=rewind"])
    #expect(acting.hash != configuration.hash)
    acting.actions = FindingActions()
    #expect(acting.hash == configuration.hash)
  }

  @Test(arguments: [
    ("stop", "'--on stop' is not of the form WHAT=ACTION, as error=stop"),
    ("ExplodingTensr=stop", "not 'ExplodingTensr'; did you mean 'ExplodingTensor'?"),
    ("error=rewnd", "not 'rewnd'; did you mean 'rewind'?"),
    ("error=stop:now", "the action 'stop' stands alone in --on, not as 'stop:now'"),
    ("error=run:", "--on takes a command after 'run:', as error=run:./mail.sh"),
    ("error=rewind:faster", "a rewind changes NAME*FACTOR, NAME=VALUE or seed"),
    ("error=rewind:gamma*x", "a rewind multiplies 'gamma' by a number, as gamma*0.5, not by 'x'"),
    ("error=rewind:learning_rat*0.5", "there is no hyperparameter 'learning_rat'; did you mean 'learning_rate'?"),
    ("error=rewind:gamma=2", "'gamma' takes a number 0 to 1, not 2"),
    ("error=rewind:gae_lambda*1.1", "'gae_lambda' takes a number 0 to 1, not 1.0"),
    ("error=rewind:net_arch*2", "a rewind cannot multiply 'net_arch'"),
    ("error=rewind:net_arch=[32]", "the changed agent cannot load this run's checkpoints"),
  ])
  func `what cannot be done on a finding is one sentence`(text: String, sentence: String) throws {
    let temporary = try TemporaryStore()
    let error = #expect(throws: (any Error).self) {
      var configuration = try smallConfiguration()
      configuration.actions = try FindingActions([text])
      _ = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: temporary.store)
    }
    let description = "\(try #require(error))"
    #expect(description.contains(sentence), "\(description)")
    #expect(!description.contains("\n"))
    #expect(try temporary.store.runs().isEmpty)
  }

  @Test(arguments: ["a2c", "ppo", "reinforce", "ddpg", "td3", "sac"])
  func `a policy that has diverged ends its run with a sentence`(agent: String) throws {
    let temporary = try TemporaryStore()
    var configuration = try TrainingConfiguration(
      environment: "Pendulum-v1", agent: agent,
      values: ["n_timesteps": .integer(5000), "learning_rate": .number(1e30)])
    configuration.plan.evaluationFrequency = 0
    configuration.debugger = try DebuggerSettings(selection: "none")
    let error = #expect(throws: NonFiniteActionError.self) { try train(configuration, in: temporary.store) }
    let sentence = "\(try #require(error))"
    #expect(sentence.hasPrefix("the policy has diverged (an action is ") && sentence.contains(" at step "))
    #expect(try temporary.store.load(try temporary.store.find("latest")).status == .failed)
  }

  @Test func `a policy that has diverged is rewound, and without a rewind the run has failed`() throws {
    let temporary = try TemporaryStore()
    var configuration = try TrainingConfiguration(
      environment: "Pendulum-v1", agent: "sac",
      values: [
        "n_timesteps": .integer(600), "learning_rate": .number(1e30), "net_arch": .integers([8]),
        "learning_starts": .integer(50), "batch_size": .integer(16),
      ])
    configuration.plan.evaluationFrequency = 0
    configuration.finalEpisodes = 2
    configuration.debugger = try DebuggerSettings(selection: "none")
    #expect(throws: NonFiniteActionError.self) { try train(configuration, in: temporary.store) }
    let failed = try temporary.store.load(try temporary.store.find("latest"))
    #expect(failed.status == .failed)
    #expect(try TrainingRun.reproduce(failed.id, in: temporary.store)?.first == nil)
    configuration.actions = try FindingActions(["NonFiniteAction=rewind:learning_rate=0.001"])
    let record = try train(configuration, in: temporary.store)
    #expect(record.status == .finished && record.lastStep == 600)
    #expect(record.rewinds.map { $0.rewind?.finding.rule } == ["NonFiniteAction"])
    #expect(record.lastCheckpoint.map { $0.step } == 600)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }
}
