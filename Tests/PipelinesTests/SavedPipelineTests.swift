import Datasets
import Foundation
import Testing

@testable import Pipelines

@Suite struct SavedPipelineTests {
  /// What version 1 of saved pipelines wrote of `EveryStep`, fitted with the target `y` and the seed 7, and what it made of
  /// its table, as JSON. A later version gets a file beside it, and this one stays readable.
  struct Recorded: Codable {
    var pipeline: FittedPipeline
    var names: [String]
    /// Column by column; nil for a missing value.
    var columns: [[String?]]
  }

  private static func cells(_ table: Table) -> [[String?]] {
    table.columns.map { column in
      (0..<column.count).map { row in
        switch column.value(row) {
        case .number(let number)?: "\(number)"
        case .text(let text)?: text
        case nil: nil
        }
      }
    }
  }

  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/pipelines/saved_1.json")
  }

  @Test func `a pipeline saved by version 1 makes the same columns today`() throws {
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: Self.file))
    let steps = PipelineSteps.builtIn.filter { $0 is any ColumnStep.Type }.map { $0.name }
    // Images are elsewhere: their step has files to read.
    #expect(Set(recorded.pipeline.steps.map(\.name)) == Set(steps).subtracting(["image"]))
    let made = try recorded.pipeline.transform(EveryStep.table).whole
    #expect(made.names == recorded.names)
    for (column, (cells, wanted)) in zip(Self.cells(made), recorded.columns).enumerated() {
      for (cell, wanted) in zip(cells, wanted) where cell != wanted {
        // The last bits of products of matrices and of logarithms differ between machines.
        let (a, b) = (try #require(cell.flatMap { Double($0) }), try #require(wanted.flatMap { Double($0) }))
        #expect(abs(a - b) <= 1e-12 * max(1, abs(b)), "\(made.names[column])")
      }
    }
  }

  @Test func `saving and reading keeps every bit`() throws {
    let pipeline = try Pipeline(yaml: EveryStep.yaml).fit(EveryStep.table, target: "y", seed: 7)
    let json = try pipeline.json()
    let again = try FittedPipeline(json: json)
    #expect(try again.json() == json)
    #expect(try again.transform(EveryStep.table) == pipeline.transform(EveryStep.table))
    #expect(try Pipeline(yaml: EveryStep.yaml).fit(EveryStep.table, target: "y", seed: 7).json() == json)
  }

  @Test func `what is no saved pipeline is refused in a sentence`() throws {
    let json = String(
      decoding: try Pipeline(yaml: "steps:\n- standard").fit(EveryStep.table, seed: 1).json(), as: UTF8.self)
    func message(_ text: String) -> String {
      do throws(PipelineError) {
        _ = try FittedPipeline(json: Data(text.utf8))
        return ""
      } catch { return error.sentence }
    }
    #expect(message(json).isEmpty)
    #expect(message(String(json.dropLast(20))) == "this is no saved pipeline, or a damaged one")
    #expect(
      message(json.replacing("\"version\":1", with: "\"version\":2"))
        == "the pipeline was saved in version 2, and this program reads version 1")
    #expect(message(json.replacing("\"standard\"", with: "\"standart\"")).hasPrefix("there is no step 'standart'"))
    #expect(message(json.replacing("\"step\":\"standard\"", with: "\"step\":\"filter\"")).contains("cannot have"))
  }
}
