import Formats

/// A step of a workflow, and everything that its result follows from: of equal ones the results are equal. A run that did a step
/// has it in its description, from where it is never changed.
///
///     let step = StepRecord(
///       workflow: "churn", step: "tidy", action: "clean", settings: [:], inputs: ["raw": sha256], program: "0.1.0")
///     print(step.key == run.description.step?.key)
package struct StepRecord: Sendable, Hashable, Codable {
  package var workflow: String
  package var step: String
  /// `add`, `clean`, `fit`.
  package var action: String
  /// By the names they have in the workflow's file.
  package var settings: [String: String]
  /// The SHA-256 of every file, version and model that the step takes, by what the workflow calls it.
  package var inputs: [String: String]
  /// What those were called that the store has, `data:orders@2`, by the same names; it decides nothing.
  package var names: [String: String]
  /// The version of the program.
  package var program: String

  package init(
    workflow: String, step: String, action: String, settings: [String: String], inputs: [String: String],
    names: [String: String] = [:], program: String
  ) {
    (self.workflow, self.step, self.action, self.names, self.program) = (workflow, step, action, names, program)
    // As the log will have them.
    self.settings = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, Redaction.tag($0.value, of: $0.key)) })
    self.inputs = Dictionary(inputs.map { (Redaction.text($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The SHA-256 of what decides the result, names of the workflow and of the step apart.
  package var key: String {
    struct Content: Encodable {
      var action: String
      var settings, inputs: [String: String]
      var program: String
    }
    let content = Content(action: action, settings: settings, inputs: inputs, program: program)
    // Texts can be encoded.
    return SHA256.hexadecimal(Array(try! JSONForm.exact.encode(content)))
  }
}
