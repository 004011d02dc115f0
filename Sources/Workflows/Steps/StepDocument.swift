import DataQuality
import Formats
import Pipelines

/// A plan, a pipeline or expectations in a file of its own. Its digest is that of what it says: comments and spaces make no difference.
struct StepDocument<Content: Encodable & Sendable>: Sendable {
  /// As the workflow names the file.
  let label: String
  let text: String
  let content: Content

  var digest: String {
    // Read from text, so that it can be written as text.
    SHA256.hexadecimal(Array(try! JSONForm.exact.encode(content)))
  }
}

extension StepFields {
  /// nil where the step does not name one. Throws what is wrong with it.
  func document<Content>(
    _ name: String, _ read: (_ yaml: String, _ source: String) throws -> Content
  ) throws -> StepDocument<Content>? {
    guard let file = try file(name) else { return nil }
    return StepDocument(label: file.label, text: file.text, content: try read(file.text, file.path))
  }

  func expectations() throws -> StepDocument<Expectations>? {
    try document("expect") { try Expectations(yaml: $0, source: $1) }
  }

  func pipeline() throws -> StepDocument<Pipeline>? {
    try document("pipeline") { try Pipeline(yaml: $0, source: $1) }
  }
}
