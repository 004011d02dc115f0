import DataVersions
import Foundation
import Runs
import Synchronization
import Testing
import Tracker

@testable import Workflows

/// What is done, and why.
@Suite struct WorkflowRunTests {
  @Test func `every step is done once, and none again`() throws {
    let place = try WorkflowPlace.ofWhole()
    #expect(try place.plan(WorkflowPlace.whole).values.allSatisfy { $0 == .due([.neverRun]) })
    #expect(try place.store.runs().isEmpty && place.repository.names().isEmpty)
    #expect(try place.run(WorkflowPlace.whole) == WorkflowPlace.steps)
    #expect(try place.plan(WorkflowPlace.whole).values.allSatisfy(\.isCurrent))
    let runs = try place.store.runs().count
    #expect(try place.run(WorkflowPlace.whole) == [])
    // Not even a run of the workflow's own.
    #expect(try place.store.runs().count == runs)
    #expect(try place.version("churn.tidy").rows == 120 && place.version("churn.tidy").columns[1].missing == 0)
    #expect(
      try String(contentsOfFile: place.folder + "/predicted.csv", encoding: .utf8).split(separator: "\n").count == 51)
  }

  @Test func `each step that is done is a run, a part of the workflow's`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    let runs = try place.store.runs()
    let own = try #require(runs.first { $0.description.kind == .workflow })
    #expect(
      own.status == .finished && own.last("workflow/steps") == 10 && own.artifacts.map(\.name).contains("flow.yaml"))
    let parts = runs.filter { $0.id != own.id }
    #expect(parts.count == 12 && parts.allSatisfy { $0.description.parent == own.id && $0.status == .finished })
    let kinds = Dictionary(grouping: parts, by: { $0.description.kind }).mapValues(\.count)
    #expect(kinds == [.dataset: 6, .fit: 2, .evaluation: 2, .transform: 2])
    let raw = try #require(parts.first { $0.description.name == "raw" })
    #expect(raw.last("data/rows") == 120 && raw.laterParameters["made"] == .text("data:churn.raw@1"))
    let scores = parts.filter { $0.description.kind == .evaluation }
    #expect(scores.allSatisfy { ($0.last("test/accuracy") ?? 0) > 0.5 && $0.description.subject == "logistic" })
    #expect(Set(scores.map(\.description.configurationHash)).count == 1)
    #expect(try place.store.fields().count { $0["kind"] == .text("dataset") } == 6)
  }

  @Test func `an autopilot is a step, whose model predicts`() throws {
    let place = try WorkflowPlace.ofWhole()
    let yaml = """
      workflow: w
      steps:
        raw: {add: customers.csv}
        answer: {autopilot: raw, target: churned, preset: quick, trials: 2, drop: [customer_id]}
        guesses: {predict: answer, on: raw, output: predicted.csv}

      """
    #expect(try place.run(yaml) == ["raw", "answer", "guesses"])
    let run = try #require(try place.store.runs().first { $0.description.kind == .autopilot })
    #expect(run.status == .finished && run.description.step?.step == "answer" && run.description.parent != nil)
    #expect(try place.run(yaml) == [])
    // What depends on it only where its model is another one.
    #expect(try place.run(yaml.replacing("trials: 2", with: "trials: 1")).first == "answer")
    for (fields, words) in [
      ("preset: quick, plan: plan.yaml", "and 'plan' exclude each other"), ("trials: 0", "takes a whole number from 1"),
      ("preset: fast", "is one of quick, balanced, best"), ("plan: none.yaml", "none.yaml"),
    ] {
      let error = #expect(throws: (any Error).self) {
        try place.workflow(yaml.replacing("preset: quick, trials: 2, drop: [customer_id]", with: fields))
      }
      #expect(error.map { "\($0)" }?.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func `a fit may have folds, calibration and costs`() throws {
    let place = try WorkflowPlace.ofWhole()
    func yaml(_ fields: String) -> String {
      """
      workflow: w
      steps:
        raw: {add: customers.csv}
        model: {fit: raw, target: churned, model: logistic, \(fields)}

      """
    }
    try place.run(yaml("folds: 3, repeats: 2, calibrate: platt, cost: \"fp=1,fn=3\""))
    let fit = try #require(try place.store.runs().first { $0.description.kind == .fit })
    #expect(fit.series("fold/accuracy")?.values.count == 6 && fit.last("calibration/after/log_loss") != nil)
    #expect(fit.last("final/validation/threshold") != nil)
    for (fields, words) in [
      ("folds: 1", "takes a whole number from 2 to 10000, not '1'"),
      ("folds: 3, validation: 0.2", "and 'validation' exclude each other"),
      ("folds: 3, cost: cheap", "costs are written as fp=1,fn=10"), ("calibrate: some", "is one of isotonic, platt"),
    ] {
      let error = #expect(throws: ConfigurationError.self) { try place.workflow(yaml(fields)) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `quantiles are fitted and found like means`() throws {
    let place = try WorkflowPlace.ofWhole()
    func yaml(_ step: String) -> String {
      "workflow: w\nsteps:\n  raw: {add: customers.csv}\n  model: {\(step)}\n"
    }
    try place.run(yaml("fit: raw, target: fee, model: quantile_regression, quantiles: [0.9, 0.1]"))
    let fit = try #require(try place.store.runs().first { $0.description.kind == .fit })
    #expect(fit.description.protocolSettings["task"] == .text("quantile"))
    #expect(fit.description.protocolSettings["quantiles"]?.description == "[0.1,0.9]")
    try place.run(yaml("autopilot: raw, target: fee, preset: quick, trials: 1, quantiles: 0.5"))
    let run = try #require(try place.store.runs().first { $0.description.kind == .autopilot })
    #expect(run.last("final/test/pinball_loss") != nil)
    for (fields, words) in [
      ("quantiles: [0.5, 2]", "a quantile to predict is between 0 and 1, not 2"),
      ("quantiles: some", "quantiles are written as 0.1,0.5,0.9"),
      ("quantiles: [0.5], task: regression", "are of the task quantile, not regression"),
    ] {
      let error = #expect(throws: ConfigurationError.self) {
        try place.workflow(yaml("fit: raw, target: fee, model: mlp, " + fields))
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `an input that moves is named, and only what depends on it is done`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    try place.write(WorkflowPlace.customers(120..<180), to: "later.csv")
    let plan = try place.plan(WorkflowPlace.whole)
    guard case .input("later.csv", .some, .some)? = plan["later"]?.reasons.first else {
      return #expect(Bool(false), "\(plan)")
    }
    #expect(plan["ready"] == .waiting(for: ["later"]) && plan["scores"] == .waiting(for: ["ready"]))
    #expect(plan["raw"]?.isCurrent == true && plan["model"]?.isCurrent == true && plan["table"]?.isCurrent == true)
    #expect(try place.run(WorkflowPlace.whole) == ["later", "ready", "scores", "guesses"])
  }

  @Test func `a setting that changes is named, and what does not depend on it is left`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    let changed = WorkflowPlace.whole.replacing("C: 0.5", with: "C: 0.7")
    #expect(try place.plan(changed)["model"] == .due([.setting(name: "settings.C", old: "0.5", new: "0.7")]))
    #expect(try place.run(changed) == ["model", "scores", "guesses"])
    // What was made before is there still.
    #expect(try place.plan(WorkflowPlace.whole)["model"]?.isCurrent == true)
    #expect(try place.run(WorkflowPlace.whole) == ["guesses"])
  }

  @Test func `a step that makes the same as before does not move those after it`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    try place.write("expectations:\n- range: {column: fee, least: 0, most: 90}\n", to: "expectations.yaml")
    guard case .input("expectations.yaml", .some, .some)? = try place.plan(WorkflowPlace.whole)["raw"]?.reasons.first
    else {
      return #expect(Bool(false))
    }
    #expect(try place.run(WorkflowPlace.whole) == ["raw"])
    #expect(try place.version("churn.raw").number == 1)
    // Another plan with the same result: a version of its own, of the same rows.
    try place.write("repairs:\n- impute: {column: months, by: median}\n- deduplicate: {}\n", to: "plan.yaml")
    #expect(try place.run(WorkflowPlace.whole) == ["tidy"])
    #expect(try place.version("churn.tidy").number == 2)
  }

  @Test func `comments and spaces in plans and pipelines make no difference`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    try place.write("# as last year\nrepairs:\n  - impute: {column:   months, by: median}\n", to: "plan.yaml")
    #expect(try place.run("# nothing new\n" + WorkflowPlace.whole) == [])
  }

  @Test func `another version of the program does everything again`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    #expect(try place.plan(WorkflowPlace.whole, program: "2")["raw"] == .due([.program(old: "1", new: "2")]))
    #expect(try place.run(WorkflowPlace.whole, program: "2") == WorkflowPlace.steps)
    #expect(try place.version("churn.raw").program == "rlrun 2")
  }

  @Test func `new seeds alone are fitted and scored`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    let more = WorkflowPlace.whole.replacing("seeds: 1-2", with: "seeds: [1, 2, 5]")
    #expect(try place.plan(more)["model"] == .due([.newSeed(5)]))
    #expect(try place.run(more) == ["model", "scores"])
    let fits = try place.store.runs().filter { $0.description.kind == .fit }
    #expect(fits.map(\.description.seed).sorted() == [1, 2, 5])
  }

  @Test func `what is gone or was changed by hand is made again`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    try place.write("mine\n", to: "features.csv")
    try place.repository.dataSet("churn.ready").delete()
    let plan = try place.plan(WorkflowPlace.whole)
    #expect(plan["ready"] == .due([.gone("data:churn.ready@1")]))
    #expect(plan["table"]?.reasons.count == 1 && plan["features"]?.isCurrent == true)
    #expect(try place.run(WorkflowPlace.whole) == ["ready", "table"])
  }

  @Test func `a model whose checkpoint is gone is fitted again`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    let fit = try #require(try place.store.runs().first { $0.description.kind == .fit && $0.description.seed == 1 })
    try FileManager.default.removeItem(atPath: "\(place.store.path)/churn/\(fit.id)/checkpoints")
    #expect(try place.plan(WorkflowPlace.whole)["model"] == .due([.gone("what run \(fit.id) made")]))
    // The model is the same, bit for bit: nothing else is done.
    #expect(try place.run(WorkflowPlace.whole) == ["model"])
  }

  @Test func `forced steps are done in any case, and --only does no other`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.run(WorkflowPlace.whole)
    let workflow = try place.workflow(WorkflowPlace.whole)
    #expect(workflow.dependents(of: ["features"]) == ["features", "model", "scores", "guesses", "table"])
    #expect(try place.plan(WorkflowPlace.whole, forced: ["tidy"])["tidy"] == .due([.forced]))
    #expect(try place.run(WorkflowPlace.whole, choice: .init(forced: ["tidy"])) == ["tidy"])
    try place.write(WorkflowPlace.customers(120..<180), to: "later.csv")
    #expect(try place.run(WorkflowPlace.whole, choice: .init(only: "table")) == [])
    #expect(try place.run(WorkflowPlace.whole, choice: .init(only: "later")) == ["later"])
    #expect(try place.run(WorkflowPlace.whole, choice: .init(only: "table")) == [])
    let error = #expect(throws: ConfigurationError.self) {
      try place.run(WorkflowPlace.whole, choice: .init(only: "scores"))
    }
    #expect(error?.description.contains("'ready'") == true)
  }

  @Test func `a broken expectation ends the workflow, and what came before stays`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.write("expectations:\n- range: {column: months, least: 0, most: 50}\n", to: "strict.yaml")
    let yaml = WorkflowPlace.whole.replacing("{check: raw}", with: "{check: raw, expect: strict.yaml}")
    let error = #expect(throws: StepFailure.self) { try place.run(yaml) }
    #expect(error?.step == "checked" && error?.status == .failedWork)
    #expect(try place.repository.names() == ["churn.raw"])
    let own = try #require(try place.store.runs().first { $0.description.kind == .workflow })
    #expect(own.status == .failed && own.message?.contains("'checked'") == true)
    try place.write("expectations:\n- range: {column: months, least: 0, most: 60}\n", to: "strict.yaml")
    #expect(try place.run(yaml) == Array(WorkflowPlace.steps.dropFirst()))
  }

  @Test func `a workflow that is stopped goes on where it stopped`() throws {
    let place = try WorkflowPlace.ofWhole()
    let asked = Mutex(0)
    // Between steps and inside of them.
    for stop in [1, 4, 9, 20] {
      asked.withLock { $0 = 0 }
      try place.run(WorkflowPlace.whole) {
        asked.withLock {
          $0 += 1
          return $0 > stop
        }
      }
    }
    try place.run(WorkflowPlace.whole)
    #expect(try place.run(WorkflowPlace.whole) == [])
    let undisturbed = try WorkflowPlace.ofWhole()
    try undisturbed.run(WorkflowPlace.whole)
    for name in try undisturbed.repository.names() {
      #expect(try place.version(name).sha256 == undisturbed.version(name).sha256, "\(name)")
    }
    let file = "/predicted.csv"
    #expect(
      FileManager.default.contents(atPath: place.folder + file)
        == FileManager.default.contents(atPath: undisturbed.folder + file))
  }

  @Test func `a fit that was interrupted goes on from its checkpoint`() throws {
    let place = try WorkflowPlace.ofWhole()
    let yaml = WorkflowPlace.whole.replacing("model: logistic, ", with: "model: mlp, ")
      .replacing("settings: {C: 0.5}, seeds: 1-2", with: "settings: {epochs: 300, hidden_layer_sizes: [8]}")
    let epochs = Mutex(0)
    let run = try WorkflowRun(of: place.workflow(yaml), in: place.store, program: "1")
    let outcome = try run.run(
      shouldStop: { epochs.withLock { $0 > 40 } },
      report: { event in if case .progress = event { epochs.withLock { $0 += 1 } } })
    #expect(outcome == .interrupted(at: "model"))
    let fit = try #require(try place.store.runs().first { $0.description.kind == .fit })
    #expect(try place.plan(yaml)["model"] == .due([.unfinished(run: fit.id, .interrupted)]))
    try place.run(yaml)
    let fits = try place.store.runs().filter { $0.description.kind == .fit }
    #expect(fits.map(\.id) == [fit.id] && fits[0].status == .finished && fits[0].resumes.count == 1)
    let undisturbed = try WorkflowPlace.ofWhole()
    try undisturbed.run(yaml)
    let other = try #require(try undisturbed.store.runs().first { $0.description.kind == .fit })
    #expect(other.lastCheckpoint?.sha256 == fits[0].lastCheckpoint?.sha256)
  }
}
