import Datasets
import Foundation
import Testing

@testable import Pipelines

@Suite struct ImageStepTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/sources/images").path

  private static func table(_ paths: [String?]) -> Table {
    Table([("picture", .texts(Words(paths))), ("y", .numbers(paths.indices.map(Double.init)))])
  }

  private func fit(_ step: String, _ paths: [String?]) throws -> PipelineOutput {
    try Pipeline(yaml: "steps:\n- image: {columns: [picture], folder: '\(Self.folder)', \(step)}\n")
      .fitTransform(Self.table(paths), target: "y", seed: 1).output
  }

  @Test func `pixels stand in place of the column, row by row`() throws {
    let output = try fit("width: 2, height: 3", ["a/../rgb.png", nil, "grey.png", "rgb.bmp"])
    #expect(output.table.names == (0..<6).map { "picture.\($0)" } + ["y"])
    let values = try output.numbers(of: Array(output.table.names.prefix(6)))
    #expect(values.allSatisfy { $0[1].isNaN })
    #expect(values.allSatisfy { column in [0, 2, 3].allSatisfy { 0...1 ~= column[$0] } })
    // The same picture in two formats, and another one.
    #expect(values.map { $0[0] } == values.map { $0[3] })
    #expect(values.map { $0[0] } != values.map { $0[2] })
    #expect(try fit("width: 2, height: 3, mode: rgb", ["rgb.png"]).table.names.count == 19)
  }

  @Test func `an image that cannot be read is missing, and where none can be the step says why`() throws {
    let output = try fit("width: 1, height: 1", ["rgb.png", "nowhere.png", "alpha.png"])
    let values = try output.numbers(of: ["picture.0"])[0]
    #expect(values[1].isNaN && !values[0].isNaN && !values[2].isNaN)
    let error = #expect(throws: PipelineError.self) { try fit("width: 1", ["nowhere.png", "nor_here.png"]) }
    #expect(
      error?.sentence.contains("no image of the column 'picture' can be read: '\(Self.folder)/nowhere.png'") == true)
    #expect(throws: PipelineError.self) { try Pipeline(yaml: "steps:\n- image: {width: 2}\n") }
  }

  @Test func `features have their names, and equal images are read once`() throws {
    let output = try fit("output: features, cells: 1, orientations: 2, bins: 2", ["grey.png", "grey.png"])
    #expect(
      output.table.names.prefix(7) == [
        "picture.mean", "picture.std", "picture.histogram_0", "picture.histogram_1", "picture.edges",
        "picture.edges_0_0_0", "picture.edges_0_0_1",
      ])
    let shades = try output.numbers(of: ["picture.histogram_0", "picture.histogram_1"])
    #expect(abs(shades[0][0] + shades[1][0] - 1) < 1e-12)
    #expect(try output.numbers(of: Array(output.table.names.prefix(7))).allSatisfy { $0[0] == $0[1] })
  }

  /// As version 1 of saved pipelines writes it.
  private static func saved(width: String) -> Data {
    Data(
      """
      {"steps":[{"fitted":{"columns":["picture"],"form":{"bins":16,"cells":4,"folder":"\(folder)","height":1,\
      "mode":"grey","orientations":9,"output":"pixels","resize":"area","width":\(width)}},"step":"image"}],"version":1}
      """.utf8)
  }

  @Test func `a saved step is read, and sizes that make no sense are refused`() throws {
    let table = Self.table(["rgb.png"])
    let pipeline = try FittedPipeline(json: Self.saved(width: "2"))
    #expect(try pipeline.transform(table) == fit("width: 2, height: 1", ["rgb.png"]))
    #expect(try String(decoding: pipeline.json(), as: UTF8.self).contains("\"resize\":\"area\""))
    for width in ["0", "-1", "1000000000"] {
      #expect(throws: PipelineError.self) { try FittedPipeline(json: Self.saved(width: width)).transform(table) }
    }
  }
}
