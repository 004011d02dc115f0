import Formats
import Workflows

/// The steps of a workflow: what each made, or why it is to be done.
struct WorkflowPage {
  let steps: [WorkflowStepSummary]

  /// `only`: the step that is meant; nil for all.
  init(_ plan: [(step: WorkflowStep, state: StepState)], only: String? = nil) {
    steps = plan.filter { only == nil || $0.step.name == only }.map { WorkflowStepSummary($0.step, $0.state) }
  }

  /// `isPlan`: what would be done is of interest.
  func print(json: Bool, isPlan: Bool) throws {
    if json { return try printJSON(steps) }
    let columns: [(name: String, text: (WorkflowStepSummary) -> String)] = [
      ("step", \.step), ("does", \.action), ("state", \.state.rawValue), ("why", { $0.why.joined(separator: "; ") }),
      ("made", { $0.made.joined(separator: ", ") }),
    ]
    let shown = columns.filter { column in steps.contains { !column.text($0).isEmpty } }
    var table = TextTable(shown.map(\.name), dispensable: isPlan ? ["made"] : [])
    for step in steps { table.add(shown.map { $0.text(step) }) }
    rlrun.print(table.fitted(to: pageWidth).text.printableLines)
    if !isPlan { return }
    let (due, waiting) = (steps.count { $0.state == .due }, steps.count { $0.state == .waiting })
    if due + waiting == 0 { return rlrun.print("\nNothing to do: every step is up to date.") }
    let more = waiting > 0 ? "; \(waiting) more if what \(waiting == 1 ? "it takes" : "they take") changes" : ""
    rlrun.print("\n\(due) of \(steps.count) steps would be done\(more).")
  }
}

/// A step in a line or a JSON object.
struct WorkflowStepSummary: Encodable {
  enum State: String, Encodable {
    case current = "up to date"
    case due = "to do"
    case waiting = "may be"
    case done
  }

  var step: String
  var action: String
  var state: State
  /// Why it is to be done, or was.
  var why: [String] = []
  /// Versions of data sets, runs and files.
  var made: [String] = []

  init(_ step: WorkflowStep, _ state: StepState) {
    (self.step, action) = (step.name, step.verb)
    switch state {
    case .current(let outputs): (self.state, made) = (.current, outputs.map(\.words))
    case .due(let reasons): (self.state, why) = (.due, reasons.map(\.words))
    case .waiting(let steps):
      (self.state, why) = (.waiting, ["if \(steps.map { "'\($0)'" }.joined(separator: " or ")) makes something else"])
    }
  }

  init(step: String, action: String, state: State, why: [String] = [], made: [String]) {
    (self.step, self.action, self.state, self.why, self.made) = (step, action, state, why, made)
  }
}
