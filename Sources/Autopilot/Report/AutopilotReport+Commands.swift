import Datasets
import Fitting
import Formats

extension AutopilotReport {
  /// Commands that come to the answer of a run alone, and predict with it; of a single model the one that fits it to all rows, too.
  static func commands(
    _ plan: AutopilotPlan, _ data: DataFile, _ answer: Leaderboard.Candidate, run: String, refit: Bool
  ) -> [String] {
    let (name, target) = (data.name.shellWord, plan.target.shellWord)
    let exact = [
      "rlrun artifact \(run) winner.yaml > winner.yaml",
      "rlrun autopilot \(name) --target \(target) --plan winner.yaml",
    ]
    guard answer.members.isEmpty else { return exact + ["rlrun predict \(run) new.csv"] }
    var words = ["rlrun", "fit", name, "--target", target, "--model", answer.model, "--folds", "\(plan.folds)"]
    if let quantiles = plan.quantiles { words += ["--quantiles", quantiles.map(shortest).joined(separator: ",")] }
    if !refit { words.append("--bag") }
    if let time = plan.time { words += ["--time", time.shellWord] }
    if let group = plan.group { words += ["--group", group.shellWord] }
    for column in plan.leftOut { words += ["--drop", column.column.shellWord] }
    for (key, value) in answer.settings.sorted(by: { $0.key < $1.key }) {
      words += ["--set", "\(key)=\(value)".shellWord]
    }
    return exact + [words.joined(separator: " "), "rlrun predict \(run) new.csv"]
  }

  /// A workflow that comes to the answer, and nothing else.
  func workflow(seed: UInt64) -> String {
    let data = data.yamlWord
    return """
      # What came of 'rlrun autopilot', as a workflow: 'rlrun artifact RUN winner.yaml > winner.yaml', then 'rlrun workflow run FILE'.
      # Steps before it may add, check, clean and prepare the rows, steps after it predict others (Docs/WORKFLOWS.md).
      workflow: answer
      steps:
        answer: {autopilot: \(data), target: \(plan.target.yamlWord), plan: winner.yaml, seed: \(seed)}

      """
  }
}

extension String {
  /// Quoted where a shell would take it for something else.
  var shellWord: String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:@,+")
    return !isEmpty && allSatisfy(plain.contains) ? self : "'" + replacing("'", with: "'\\''") + "'"
  }

  /// Quoted, as YAML reads any text.
  fileprivate var yamlWord: String {
    "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
