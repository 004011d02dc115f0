import Learning
import Telemetry
import Testing

@testable import Runs

/// Goes down a parabola; scores itself by the height.
private final class Descent: Learner {
  private(set) var (step, x) = (0, 8.0)
  let pace: Int
  var isFinished: Bool { x == 0 }
  private(set) var evaluations = 0

  /// `pace`: steps an advance.
  init(pace: Int = 1) { self.pace = pace }

  func begin(reporting sink: any MetricSink) { sink.record("setup/start", x, step: 0) }

  func advance(reporting sink: any MetricSink, iterated: (Int, Double) throws -> Void) {
    step += pace
    x *= 0.5
    sink.record("train/loss", x * x, step: step)
  }

  func evaluate(reporting sink: any MetricSink) -> Score? {
    evaluations += 1
    return Score("eval/height", x, .minimize)
  }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("descent", encoding: [Double(step), x]) }
  func load(from checkpoint: Checkpoint, as restart: Restart) throws {
    let values: [Double] = try checkpoint.decode("descent")
    (step, x) = (Int(values[0]), values[1])
  }
}

private final class Notes: RunSink {
  private(set) var losses: [Int: Double] = [:]
  private(set) var starts = 0
  private(set) var saves: [(step: Int, isBest: Bool, isMilestone: Bool)] = []

  func record(_ metric: Metric, _ value: Double, step: Int) {
    if metric == "train/loss" { losses[step] = value }
    if metric == "setup/start" { starts += 1 }
  }
  func record(_ episode: Episode, step: Int) {}
  func flush() {}
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) {}
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) {
    saves.append((step, best, milestone))
  }
}

/// Asks once for a decision, at a step.
private final class Once: Judge {
  private var decision: Decision?
  private let step: Int
  init(_ decision: Decision, at step: Int) { (self.decision, self.step) = (decision, step) }

  func judge(_ moment: Moment) -> Decision {
    guard moment.phase == .advanced, moment.step == step, let asked = decision else { return .goOn }
    decision = nil
    return asked
  }
}

@Suite struct RunLoopTests {
  private func plan(_ budget: Int, _ change: (inout LoopPlan) -> Void = { _ in }) -> LoopPlan {
    var plan = LoopPlan(budget: budget)
    change(&plan)
    return plan
  }

  @Test func `a loop advances to the end of its budget and saves the end`() throws {
    let notes = Notes()
    let outcome = try RunLoop(Descent(pace: 3), plan(10)).run(into: notes)
    #expect(outcome == .finished)
    #expect(notes.losses.keys.sorted() == [3, 6, 9, 12] && notes.starts == 1)
    #expect(notes.saves.map(\.step) == [12])
  }

  @Test func `checkpoints that were asked for are all saved`() throws {
    let notes = Notes()
    try RunLoop(Descent(pace: 10), plan(200) { $0.saveFrequency = 50 }).run(into: notes)
    #expect(notes.saves.map(\.step) == [50, 100, 150, 200])
  }

  @Test func `if nobody asks, a checkpoint a second is enough, and the last`() throws {
    let notes = Notes()
    let took = try ContinuousClock().measure { try RunLoop(Descent(pace: 10), plan(200)).run(into: notes) }
    #expect(notes.saves.last?.step == 200)
    #expect(notes.saves.count <= 1 + Int(took.components.seconds))
  }

  @Test func `a run that may have to go back saves a milestone every twentieth`() throws {
    let notes = Notes()
    try RunLoop(Descent(pace: 10), plan(200) { $0.keepsMilestones = true }).run(into: notes)
    #expect(notes.saves.map(\.step) == Array(stride(from: 10, through: 200, by: 10)))
    #expect(notes.saves.allSatisfy { $0.isMilestone })
  }

  @Test func `a checkpoint that takes long is saved less often`() {
    let plan = LoopPlan(budget: 100)
    #expect(!plan.pays(forSaving: 0, after: 0.9))
    #expect(plan.pays(forSaving: 0.01, after: 1))
    #expect(!plan.pays(forSaving: 0.5, after: 24))
    #expect(plan.pays(forSaving: 0.5, after: 25))
  }

  @Test func `the best evaluation is saved as such, and lower is better for a loss`() throws {
    let notes = Notes()
    try RunLoop(
      Descent(),
      plan(4) {
        $0.evaluationFrequency = 2
        $0.keepsBest = true
      }
    ).run(into: notes)
    #expect(notes.saves.map(\.step) == [2, 4] && notes.saves.allSatisfy { $0.isBest })
  }

  @Test func `a score ends a run at the evaluation that reaches it`() throws {
    let notes = Notes()
    let outcome = try RunLoop(
      Descent(),
      plan(20) {
        $0.evaluationFrequency = 2
        $0.stopScore = 0.5
      }
    ).run(into: notes)
    #expect(
      outcome == .stopped(StopReason("an evaluation reached the score to stop at")) && notes.losses.keys.max() == 4)
  }

  @Test func `a time limit ends a run that has used it up`() throws {
    let notes = Notes()
    let outcome = try RunLoop(Descent(), plan(20) { $0.maximumSeconds = 1e-9 }).run(into: notes)
    #expect(outcome.message == "stopped by its time limit" && notes.losses.count == 1)
  }

  @Test func `a stop is decided before an evaluation is paid for`() throws {
    let descent = Descent()
    let stop = Decision.stop(StopReason("enough"))
    let outcome = try RunLoop(
      descent, plan(20) { $0.evaluationFrequency = 1 }
    ).run(into: Notes(), judges: [Once(.save, at: 2), Once(stop, at: 3)])
    #expect(outcome.message == "enough" && descent.step == 3 && descent.evaluations == 2)
  }

  @Test func `an interrupted run goes on from its checkpoint as an uninterrupted one`() throws {
    func loop() -> RunLoop {
      RunLoop(
        Descent(),
        plan(12) {
          $0.evaluationFrequency = 3
          $0.patience = 2
        })
    }
    let (whole, first, rest) = (loop(), loop(), Notes())
    let all = Notes()
    try whole.run(into: all)
    var asked = 0
    let outcome = try first.run(
      into: Notes(),
      shouldStop: {
        asked += 1
        return asked == 7
      })
    #expect(outcome == .interrupted && first.step == 7)
    let second = loop()
    try second.load(Checkpoint(safetensors: first.checkpoint().safetensors()))
    try second.run(into: rest)
    #expect(try second.checkpoint() == whole.checkpoint())
    #expect(rest.starts == 0 && rest.losses == all.losses.filter { $0.key > 7 })
  }

  @Test func `a rewind goes on with the learner it is given, and the limits stay`() throws {
    let request = RewindRequest(
      finding: Finding(rule: "R", severity: .error, step: 5, evidence: "", meaning: "", advice: ""), changes: [])
    let (first, notes) = (Descent(), Notes())
    let loop = RunLoop(first, plan(8))
    var saved = Checkpoint()
    Descent().save(into: &saved)
    saved.set("loop", encoding: RunLoop.State(best: 1))
    var asked: [Finding] = []
    let outcome = try loop.run(
      into: notes, signals: .none, judges: [Once(.rewind(request), at: 5)], secondsUsed: 0,
      rewinding: {
        asked.append($0.finding)
        return (Descent(), saved, .rewind(stream: 1))
      }, shouldStop: { false }, onProgress: { _ in })
    #expect(asked == [request.finding] && outcome == .finished && loop.rewinds == 1)
    #expect(first.step == 5 && loop.step == 8)
    // Nothing is saved on the way back.
    #expect(notes.saves.map(\.step) == [8])
  }

  @Test func `a checkpoint of the first form is read as what it says`() throws {
    var former = Checkpoint()
    former.texts["format"] = "rlrun-checkpoint-1"
    former.texts["trainer"] =
      #"{"best":9.5,"ending":{"stopped":{"reason":"stopped by the finding R at step 3"}},"iterations":2,"lastEvaluation":8,"stale":1,"steps":128}"#
    let present = try former.inPresentForm()
    #expect(present.texts["trainer"] == #"{"iterations":2,"steps":128}"#)
    let state: RunLoop.State = try present.decode("loop")
    #expect(
      state
        == RunLoop.State(best: 9.5, stale: 1, ending: StopReason("stopped by the finding R at step 3", isFinding: true))
    )
    #expect(try present.inPresentForm() == present)
    former.texts["trainer"] = #"{"iterations":2,"stale":0,"steps":128,"ending":{"stoppedImproving":{}}}"#
    let other: RunLoop.State = try former.inPresentForm().decode("loop")
    #expect(other.ending?.message == "the evaluations did not improve any more")
    var fit = Checkpoint()
    fit.texts["format"] = "rlrun-model-1"
    fit.texts["stopped"] = "stopped by the finding R at step 3"
    let loop: RunLoop.State = try fit.inPresentForm().decode("loop")
    #expect(loop.ending?.message == "stopped by the finding R at step 3")
  }
}
