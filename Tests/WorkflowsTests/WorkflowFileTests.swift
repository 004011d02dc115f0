import Formats
import Foundation
import Runs
import Testing

@testable import Workflows

/// A file that cannot work is one sentence with the line, before anything is done.
@Suite struct WorkflowFileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var steps: String
    var sentence: String
    var testDescription: String { sentence }
  }

  static let cases: [Case] = [
    Case(
      steps: "  a: {clean: b, plan: plan.yaml}\n  b: {clean: a, plan: plan.yaml}\n",
      sentence: "line 3: the steps need each other in a circle: a → b → a"),
    Case(steps: "  a: {clean: a, plan: plan.yaml}\n", sentence: "line 3: the steps need each other in a circle: a → a"),
    Case(
      steps: "  raw: {add: customers.csv}\n  tidy: {clean: rwa, plan: plan.yaml}\n",
      sentence: "line 4: 'clean' of the step 'tidy' names no step: 'rwa'; did you mean 'raw'?"),
    Case(
      steps: "  raw: {add: customers.csv}\n  tidy: {clean: raw, paln: plan.yaml}\n",
      sentence: "line 4: the step 'tidy' (clean) has no field 'paln'; did you mean 'plan'?"),
    Case(
      steps: "  raw: {add: customers.csv}\n  tidy: {claen: raw}\n",
      sentence: "line 4: the step 'tidy' does nothing; did you mean 'clean'?"),
    Case(
      steps: "  raw: {add: customers.csv, clean: x}\n",
      sentence: "line 3: the step 'raw' has 'add' and 'clean': a step does one thing"),
    Case(
      steps: "  raw: {add: custmers.csv}\n",
      sentence: "there is no such file; did you mean 'customers.csv'?"),
    Case(
      steps: "  raw: {add: customers.csv}\n  tidy: {clean: raw, plan: plna.yaml}\n",
      sentence: "which cannot be read: No such file or directory"),
    Case(
      steps: "  raw: {add: customers.csv}\n  s: {evaluate: raw, on: raw}\n",
      sentence: "line 4: 'evaluate' of the step 's' takes a model, and 'raw' makes a version of a data set (add)"),
    Case(
      steps:
        "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistic, target: churned}\n  t: {clean: m, plan: plan.yaml}\n",
      sentence: "line 5: 'clean' of the step 't' takes a version of a data set, and 'm' makes a model (fit)"),
    Case(
      steps: "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistc, target: churned}\n",
      sentence: "line 4: step 'm', model: there is no model 'logistc'"),
    Case(
      steps: "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistic}\n",
      sentence: "line 4: 'model' of the step 'm' predicts a column ('logistic'): name it with 'target'"),
    Case(
      steps: "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistic, target: churned, settings: {D: 1}}\n",
      sentence: "line 4: step 'm', settings: there is no hyperparameter 'D'"),
    Case(
      steps: "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistic, target: churned, seeds: 3-1}\n",
      sentence: "line 4: 'seeds' of the step 'm' takes seeds as 1-10 or [1, 2, 5]"),
    Case(
      steps:
        "  raw: {add: customers.csv}\n  m: {fit: raw, model: logistic, target: churned, seeds: 1-3}\n  p: {predict: m, on: raw, seed: 7, output: p.csv}\n",
      sentence: "line 5: 'seed' of the step 'p' is none of the fit's, which are 1, 2, 3"),
    Case(
      steps: "  raw: {add: customers.csv}\n  t: {clean: raw}\n", sentence: "line 4: the step 't' (clean) needs 'plan'"),
    Case(
      steps: "  raw: {add: customers.csv}\n  t: {clean: raw, plan: features.yaml}\n", sentence: "features.yaml"),
    Case(
      steps: "  raw: {add: customers.csv}\n  t: {check: raw, only: [outliers, mising]}\n",
      sentence: "line 4: step 't', only: there is no check 'mising'; did you mean 'missing'?"),
    Case(
      steps: "  raw: {add: customers.csv, kinds: {fee: numbr}}\n",
      sentence: "line 3: step 'raw', kinds: there is no kind"),
    Case(steps: "  raw: {add: customers.csv, delimiter: ab}\n", sentence: "'delimiter' takes one ASCII character"),
    Case(
      steps: "  raw: {add: customers.csv, as-written: maybe}\n",
      sentence: "line 3: 'as-written' of the step 'raw' is true or false"),
    Case(
      steps: "  raw: {add: customers.csv, as: ../x}\n",
      sentence: "line 3: 'as' of the step 'raw' cannot name a data set"),
    Case(steps: "  ../raw: {add: customers.csv}\n", sentence: "line 3: '../raw' cannot name a step"),
    Case(steps: "  raw: {add: customers.csv}\n  raw: {add: later.csv}\n", sentence: "'raw' is given twice"),
    Case(steps: "  raw: add\n", sentence: "line 3: expected lines of 'name: value'"),
    Case(
      steps: "  e: {export: raw, output: nowhere/x.csv}\n  raw: {add: customers.csv}\n",
      sentence: "line 3: 'output' of the step 'e' is in a folder that is not there"),
  ]

  @Test(arguments: cases) func `what cannot work is one sentence with the line`(_ example: Case) throws {
    let place = try WorkflowPlace.ofWhole()
    let error = #expect(throws: (any Error).self) { try place.workflow("workflow: w\nsteps:\n" + example.steps) }
    let sentence = sentence(of: try #require(error))
    #expect(sentence.contains(example.sentence), "\(sentence)")
    #expect(!sentence.contains("\n"))
    #expect(try place.store.runs().isEmpty)
  }

  @Test func `a file without steps or a name says what it needs`() throws {
    for (yaml, words) in [
      ("", "expected 'workflow: NAME'"), ("steps:\n  a: {add: x}\n", "needs a name"),
      ("workflow: w\n", "expected 'steps:'"),
      ("workflow: w\nstpes: {}\n", "did you mean 'steps'"), ("workflow: w\nsteps: [a]\n", "expected 'steps:'"),
      ("workflow: [a\n", "malformed YAML"), ("workflow: w\nsteps: {}\n", "1 to 1000 steps"),
    ] {
      let error = #expect(throws: ConfigurationError.self) { try Workflow(yaml: yaml) }
      #expect(error?.description.contains(words) == true, "\(yaml): \(error?.description ?? "")")
    }
  }

  @Test func `steps share fields by anchors, and aliases of aliases cannot run away`() throws {
    let place = try WorkflowPlace.ofWhole()
    let workflow = try place.workflow(
      """
      workflow: w
      steps:
        raw: {add: customers.csv, note: "R&D &c"}
        a: &fit
          fit: raw
          target: churned
          model: logistic
          settings: {C: 0.5}
        b:
          <<: *fit
          settings: {C: 0.7}

      """)
    #expect(workflow.step("b")?.action.settings["settings.C"] == "0.7")
    #expect(workflow.step("b")?.action.settings["target"] == "churned")
    let lines = (1...20).map { "x\($0): &x\($0) [*x\($0 - 1), *x\($0 - 1)]\n" }
    #expect(throws: ConfigurationError.self) { try Workflow(yaml: "x0: &x0 [1, 1]\n" + lines.joined()) }
  }

  @Test func `steps are done after those that they need, else in the order of the file`() throws {
    let place = try WorkflowPlace.ofWhole()
    try place.write("steps:\n- join: {table: \"data:w.z\", on: [customer_id]}\n", to: "join.yaml")
    let workflow = try place.workflow(
      """
      workflow: w
      steps:
        c: {clean: a, plan: plan.yaml}
        d: {prepare: c, pipeline: join.yaml}
        a: {add: customers.csv}
        z: {add: later.csv}
        e: {check: d}

      """)
    // 'd' joins what 'z' makes.
    #expect(workflow.steps.map(\.name) == ["a", "c", "z", "d", "e"])
    #expect(workflow.step("d")?.needs == ["c", "z"])
  }

  @Test func `a data set of the store has to be there`() throws {
    let place = try WorkflowPlace.ofWhole()
    let yaml = "workflow: w\nsteps:\n  t: {clean: \"data:orders@2\", plan: plan.yaml}\n"
    let error = #expect(throws: ConfigurationError.self) { try place.plan(yaml) }
    #expect(error?.description.contains("line 3: there is no data set 'orders'") == true)
  }

  @Test func `passwords of addresses are neither told nor recorded`() throws {
    let place = try WorkflowPlace()
    let yaml = "workflow: w\nsteps:\n  a: {add: \"postgresql://me:hunter2@localhost:1/shop?query=SELECT 1\"}\n"
    #expect(try place.plan(yaml)["a"]?.reasons.map(\.words) == ["never run before"])
    #expect(throws: StepFailure.self) { try place.run(yaml) }
    let run = try #require(try place.store.runs().first { $0.description.name == "a" })
    #expect(run.description.step?.inputs == ["postgresql://me:***@localhost:1/shop?query=SELECT 1": "not known"])
    #expect(!"\(run)".contains("hunter2"))
  }

  @Test func `paths start from the file's folder`() {
    let path = { Workflow.path($0, from: "flows") }
    #expect(path("a.csv") == "flows/a.csv" && path("/a.csv") == "/a.csv")
    #expect(path("sqlite:shop.db?table=t") == "sqlite:flows/shop.db?table=t" && path("sqlite:/x.db") == "sqlite:/x.db")
    #expect(path("postgresql://h/d") == "postgresql://h/d" && Workflow.path("a.csv", from: "") == "a.csv")
  }
}
