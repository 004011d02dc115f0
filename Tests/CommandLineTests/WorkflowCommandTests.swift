import Foundation
import Testing

/// `rlrun workflow`, as it is typed.
@Suite struct WorkflowCommandTests {
  private static let workflow = """
    workflow: churn
    steps:
      raw:     {add: customers.csv, expect: expectations.yaml}
      checked: {check: raw}
      tidy:    {clean: checked, plan: plan.yaml}
      model:   {fit: tidy, model: logistic, target: churned, seeds: 1-2}
      scores:  {evaluate: model, on: tidy}
      guesses: {predict: model, on: tidy, output: predicted.csv}

    """

  private func place(_ name: String = "flow.yaml") throws -> Workplace {
    let place = try Workplace()
    try FileManager.default.createDirectory(atPath: place.path("flows"), withIntermediateDirectories: true)
    let rows = (0..<80).map { "c\($0),\($0 * 7 % 60),\($0 * 13 % 50),\($0 * 7 % 60 < 30 ? "yes" : "no")\n" }
    for folder in ["", "flows/"] {
      try place.write("customer_id,months,fee,churned\n" + rows.joined(), to: folder + "customers.csv")
      try place.write("expectations:\n- range: {column: fee, least: 0, most: 100}\n", to: folder + "expectations.yaml")
      try place.write("repairs:\n- clip: {column: fee, least: 1}\n", to: folder + "plan.yaml")
      try place.write(Self.workflow, to: folder + "flow.yaml")
    }
    return place
  }

  @Test func `a workflow is run once, shown, and not run again`() throws {
    let place = try place()
    let dry = try place.rlrun("workflow", "run", "flow.yaml", "--dry-run")
    #expect(dry.status == 0 && dry.output.contains("6 of 6 steps would be done."), "\(dry)")
    #expect(try place.rlrun("workflow", "show", "flow.yaml").output.contains("never run before"))
    #expect(!FileManager.default.fileExists(atPath: place.path("runs")))
    let first = try place.rlrun("workflow", "run", "flow.yaml")
    #expect(first.status == 0 && first.output.contains("tidy: made data:churn.tidy@1"), "\(first)")
    #expect(first.output.contains("checked: passed data:churn.raw@1") && first.output.contains("seed 2: accuracy "))
    let second = try place.rlrun("workflow", "run", "flow.yaml")
    #expect(second.output.contains("Nothing to do: every step is up to date."), "\(second)")
    let shown = try place.rlrun("workflow", "show", "flow.yaml")
    #expect(shown.output.contains("predicted.csv") && !shown.output.contains("to do"), "\(shown)")
    let runs = try place.rlrun("runs", "--where", "kind = 'dataset'", "--columns", "agent,environment,params.made")
    #expect(runs.output.contains("clean  churn.tidy        data:churn.tidy@1"), "\(runs)")
    #expect(try place.rlrun("data", "lineage", "churn.tidy").output.contains("predict on data:churn.tidy@1"))
    let compared = try place.rlrun("compare", "--experiment", "churn")
    #expect(compared.status == 0 && !compared.output.contains("Left out"), "\(compared)")
    for line in try place.rlrun("runs", "--where", "kind != 'fit'", "--columns", "id").output.split(separator: "\n")
      .dropFirst()
    {
      #expect(try place.rlrun("verify", "\(line)".trimmingCharacters(in: .whitespaces)).status == 0)
    }
  }

  @Test func `a change is told before it is done, as JSON too`() throws {
    let place = try place()
    try place.rlrun("workflow", "run", "flow.yaml")
    try place.write(
      Self.workflow.replacingOccurrences(of: "seeds: 1-2", with: "seeds: 1-2, settings: {C: 0.5}"), to: "flow.yaml")
    let dry = try place.rlrun("workflow", "run", "flow.yaml", "--dry-run")
    #expect(
      dry.output.contains("settings.C is new (0.5)") && dry.output.contains("if 'model' makes something else"), "\(dry)"
    )
    #expect(dry.output.hasSuffix("1 of 6 steps would be done; 2 more if what they take changes.\n"))
    let json = try place.rlrun("workflow", "run", "flow.yaml", "--json")
    struct Step: Decodable { var step, state: String; var why, made: [String] }
    let steps = try JSONDecoder().decode([Step].self, from: Data(json.output.utf8))
    #expect(steps.map(\.state) == ["up to date", "up to date", "up to date", "done", "done", "done"])
    #expect(steps[3].why == ["settings.C is new (0.5)"] && steps[3].made.count == 2)
    let forced = try place.rlrun("workflow", "run", "flow.yaml", "--from", "model", "--dry-run", "--json")
    #expect(
      try JSONDecoder().decode([Step].self, from: Data(forced.output.utf8)).map(\.why).suffix(3) == [
        ["forced"], ["forced"], ["forced"],
      ])
    #expect(
      try place.rlrun("workflow", "run", "flow.yaml", "--force", "--dry-run").output.contains(
        "6 of 6 steps would be done."))
    let only = try place.rlrun("workflow", "run", "flow.yaml", "--only", "guessse")
    #expect(only.status == 2 && only.errors.contains("did you mean 'guesses'?"))
    #expect(
      try place.rlrun("workflow", "run", "flow.yaml", "--only", "guesses").output
        == "guesses: up to date (predicted.csv)\nNothing to do: every step is up to date.\n")
  }

  @Test func `a broken expectation is status 1 with the rows that break it`() throws {
    let place = try place()
    try place.write("expectations:\n- range: {column: fee, least: 0, most: 40}\n", to: "expectations.yaml")
    let added = try place.rlrun("workflow", "run", "flow.yaml")
    #expect(
      added.status == 1 && added.errors.contains("the step 'raw' failed: 'customers.csv' breaks an expectation"),
      "\(added)")
    #expect(added.errors.contains("(rows "))
    try place.write(
      Self.workflow.replacingOccurrences(of: ", expect: expectations.yaml}", with: "}")
        .replacingOccurrences(of: "{check: raw}", with: "{check: raw, expect: expectations.yaml}"), to: "flow.yaml")
    let checked = try place.rlrun("workflow", "run", "flow.yaml")
    #expect(checked.status == 1 && checked.output.contains("not at least 0 and at most 40"), "\(checked)")
    #expect(checked.errors.contains("the step 'checked' failed: 'data:churn.raw@1' breaks an expectation"))
    #expect(try place.rlrun("data", "list").output.contains("churn.raw"))
    #expect(try !place.rlrun("data", "list").output.contains("churn.tidy"))
  }

  @Test func `what is wrong with the file is status 2, and no store is made`() throws {
    let place = try place()
    try place.write("workflow: w\nsteps:\n  raw: {add: customers.csv, expct: x}\n", to: "wrong.yaml")
    let wrong = try place.rlrun("workflow", "run", "wrong.yaml")
    #expect(wrong.status == 2)
    #expect(
      wrong.errors == "rlrun: wrong.yaml, line 3: the step 'raw' (add) has no field 'expct'; did you mean 'expect'?\n")
    #expect(
      try place.rlrun("workflow", "run", "nowhere.yaml").errors
        == "rlrun: 'nowhere.yaml' cannot be read: No such file or directory\n")
    #expect(!FileManager.default.fileExists(atPath: place.path("runs")))
  }

  @Test func `a workflow runs from any folder, and what it made is found from another`() throws {
    let place = try place()
    #expect(try place.rlrun("workflow", "run", "flows/flow.yaml").status == 0)
    #expect(FileManager.default.fileExists(atPath: place.path("flows/predicted.csv")))
    let again = try place.rlrun("workflow", "run", place.path("flows/flow.yaml"))
    #expect(again.output.contains("Nothing to do"), "\(again)")
  }

  @Test func `Ctrl-C ends a workflow with status 130, and the same command goes on`() throws {
    let place = try place()
    let slow = Self.workflow.replacingOccurrences(
      of: "model: logistic, target: churned, seeds: 1-2",
      with: "model: mlp, target: churned, settings: {epochs: 100000, patience: 100000, hidden_layer_sizes: [8]}")
    try place.write(slow, to: "flow.yaml")
    let (process, output, errors) = try place.start("rlrun", ["workflow", "run", "flow.yaml"])
    // As soon as the fit is under way.
    while process.isRunning, try !place.rlrun("runs", "--json").output.contains("\"agent\" : \"mlp\"") {}
    process.interrupt()
    let ended = Workplace.finish(process, output, errors)
    #expect(ended.status == 130 && ended.errors.contains("interrupted at the step 'model'"), "\(ended)")
    let plan = try place.rlrun("workflow", "show", "flow.yaml").output
    #expect(plan.contains("was interrupted") && plan.contains("data:churn.tidy@1"), "\(plan)")
    #expect(try place.rlrun("data", "verify").status == 0)
  }
}
