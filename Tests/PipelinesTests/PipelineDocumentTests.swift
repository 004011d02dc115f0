import Foundation
import Testing

@testable import Pipelines

@Suite struct PipelineDocumentTests {
  private static func document() throws -> String {
    try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Docs/PIPELINES.md"), encoding: .utf8)
  }

  @Test func `every YAML example is a pipeline, and every step has one`() throws {
    let blocks = try Self.document().components(separatedBy: "```yaml\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    var seen: Set<String> = []
    for block in blocks { seen.formUnion(try Pipeline(yaml: block).steps.map { type(of: $0).name }) }
    #expect(seen == Set(PipelineSteps.builtIn.map { $0.name }))
  }

  @Test func `the rows of the tables name every parameter, and functions all functions`() throws {
    let document = try Self.document()
    for type in PipelineSteps.builtIn {
      let row = try #require(document.split(separator: "\n").first { $0.hasPrefix("| `\(type.name)` |") })
      for name in type.documentation.map(\.name) + type.textNames
      where !["columns", "kinds", "except"].contains(name) && type.name != "tfidf" {
        #expect(row.contains("`\(name)"), "\(type.name): \(name)")
      }
    }
    for name in ExpressionFunction.all.keys
    where name.first!.isLetter && !["and", "or", "not", "negative"].contains(name) {
      #expect(document.contains("`\(name)("), "\(name)")
    }
  }
}
