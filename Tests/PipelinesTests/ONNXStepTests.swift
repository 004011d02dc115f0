import Datasets
import Foundation
import ONNX
import Testing

@testable import Pipelines

@Suite struct ONNXStepTests {
  /// Steps whose work ONNX's operators do not express; Docs/ONNX.md has the same list.
  private static let refused: Set = [
    "quantile", "hash", "date_parts", "count_words", "tfidf", "combine", "split_column", "image",
  ]

  private func isExpressible<Step: ColumnStep>(_ type: Step.Type) -> Bool {
    (Step.Fitted.self as Any.Type) is any ONNXStep.Type
  }

  @Test func `every step of a model's pipeline is expressed, or known not to be`() throws {
    let steps = PipelineSteps.builtIn.compactMap { $0 as? any ColumnStep.Type }
    #expect(steps.count > 20)
    #expect(Set(steps.filter { !isExpressible($0) }.map { $0.name }) == Self.refused)
    let page = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Docs/ONNX.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `impute`") }
    try #require(rows.count == 2)
    for step in steps {
      let row = Self.refused.contains(step.name) ? rows[1] : rows[0]
      #expect(row.contains("`\(step.name)`"), "\(step.name)")
    }
  }

  @Test func `a pipeline with every step is refused by the first that is not expressed`() throws {
    let (fitted, _) = try Pipeline(yaml: EveryStep.yaml).fitTransform(EveryStep.table, target: "y", seed: 1)
    let graph = ONNXGraph("g")
    let kinds = EveryStep.table.kinds
    var table = try ONNXTable(
      inputs: EveryStep.table.names.filter { $0 != "y" }.map { (name: $0, kind: kinds[$0]!) }, of: graph)
    let error = #expect(throws: ONNXError.self) { try fitted.transform(&table, in: graph) }
    #expect(error?.sentence.hasPrefix("step 6 of the pipeline (quantile) has no form in ONNX: ") == true)
  }

  @Test func `columns come out as those of a table, by name and in order`() throws {
    let yaml = EveryStep.yaml.split(separator: "\n").filter { line in
      !Self.refused.contains { line.contains("- \($0):") }
    }
    let (fitted, output) = try Pipeline(yaml: yaml.joined(separator: "\n"))
      .fitTransform(EveryStep.table, target: "y", seed: 1)
    let graph = ONNXGraph("g")
    let kinds = EveryStep.table.kinds
    var table = try ONNXTable(
      inputs: EveryStep.table.names.filter { $0 != "y" }.map { (name: $0, kind: kinds[$0]!) }, of: graph)
    try fitted.transform(&table, in: graph)
    #expect(table.names == output.table.names.filter { $0 != "y" })
  }

  @Test(arguments: [
    ("impute: {columns: [gaps], strategy: knn}", "step 1 of the pipeline (impute): what it fills in depends on"),
    ("one_hot: {columns: [c1], sparse_output: true}", "step 1 of the pipeline (one_hot): its columns are sparse"),
  ])
  func `a step is refused for a setting that is not expressed`(step: String, sentence: String) throws {
    let (fitted, _) = try Pipeline(yaml: "steps:\n- \(step)\n").fitTransform(EveryStep.table, target: "y", seed: 1)
    let graph = ONNXGraph("g")
    var table = try ONNXTable(inputs: [("gaps", .number), ("c1", .category)], of: graph)
    let error = #expect(throws: ONNXError.self) { try fitted.transform(&table, in: graph) }
    #expect(error?.sentence.hasPrefix(sentence) == true, "\(error?.sentence ?? "")")
  }

  @Test func `an input of a kind that no model takes is refused`() {
    let error = #expect(throws: ONNXError.self) {
      try ONNXTable(inputs: [("key", .id)], of: ONNXGraph("g"))
    }
    #expect(error?.sentence == "the column 'key' is of kind id, which no model is made of")
  }
}
