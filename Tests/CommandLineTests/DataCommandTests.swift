import Foundation
import Testing

/// `data add` and `data gc`, as they are typed.
@Suite struct DataCommandTests {
  private let examples = Workplace.package.appendingPathComponent("Examples/Data").path

  @Test func `rows that cannot be read end an addition, or are skipped, counted and recorded`() throws {
    let workplace = try Workplace()
    try workplace.write("a,b\n1,2\n3\n\"4,5\n6,7\n", to: "rows.csv")
    let stopped = try workplace.rlrun("data", "add", "rows", "rows.csv")
    #expect(stopped.status == 1 && stopped.output.isEmpty)
    #expect(stopped.errors == "rlrun: 'rows.csv': Line 3: the row has 1 field where there are 2 columns\n")
    let skipped = try workplace.rlrun("data", "add", "rows", "rows.csv", "--on-error", "skip")
    let remark =
      "2 rows skipped: line 3 (the row has 1 field where there are 2 columns), line 4 (a quote is opened and never closed)"
    #expect(skipped.status == 0 && skipped.output.hasPrefix("Added data:rows@1: 2 rows, 2 columns.\n"))
    #expect(skipped.errors == "rlrun: rows.csv: \(remark)\n")
    let shown = try workplace.rlrun("data", "show", "rows", "--json").output
    #expect(shown.contains(remark))
    #expect(try workplace.rlrun("data", "export", "rows").output == "a,b\n1,2\n6,7\n")
  }

  @Test func `a model learns the folders of images that a data set keeps`() throws {
    let workplace = try Workplace()
    try workplace.write(
      """
      steps:
        - drop: {columns: ["*"], except: [image]}
        - image: {columns: [image], output: features}

      """, to: "images.yaml")
    let added = try workplace.rlrun("data", "add", "photos", examples + "/photos", "--pixels", "--json")
    #expect(added.status == 0 && added.output.contains("\"bytes\" : true"), "\(added.output)\(added.errors)")
    let fitted = try workplace.rlrun(
      "fit", "data:photos", "--pipeline", "images.yaml", "--target", "label", "--model", "logistic")
    #expect(fitted.status == 0, "\(fitted.errors)")
    #expect(try workplace.rlrun("data", "add", "unseen", examples + "/unseen", "--pixels").status == 0)
    // What the model has learnt does not need the images that it was learnt from.
    #expect(try workplace.rlrun("data", "delete", "photos", "--yes").status == 0)
    let predicted = try workplace.rlrun("predict", "latest", "data:unseen", "--join", "-o", "labels.csv")
    #expect(predicted.status == 0, "\(predicted.errors)")
    let lines = try String(contentsOfFile: workplace.path("labels.csv"), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let place = try #require(lines[0].firstIndex(of: "predicted_label"))
    #expect(lines.dropFirst().map { $0[place] } == ["bars", "stripes", "checks", "bars"])
    let refused = try workplace.rlrun("data", "add", "orders", examples + "/orders.xlsx", "--pixels")
    #expect(refused.status == 2 && refused.errors.contains("xlsx has no option 'pixels', only image"))
  }

  @Test func `files that a killed command left are counted, listed and removed`() throws {
    let workplace = try Workplace()
    try workplace.write("a,b\n1,2\n", to: "rows.csv")
    #expect(try workplace.rlrun("data", "add", "rows", "rows.csv").status == 0)
    #expect(try workplace.rlrun("data", "gc").output == "Removed 0 files that no version refers to, 0 bytes.\n")
    try workplace.write("left", to: "runs/.data/rows/parts/.part.1")
    let verified = try workplace.rlrun("data", "verify")
    #expect(verified.status == 0)
    #expect(verified.output.hasSuffix("1 file that no version refers to, 4 bytes: 'rlrun data gc' removes them.\n"))
    let path = "runs/.data/rows/parts/.part.1"
    let listed = try workplace.rlrun("data", "gc", "--dry-run").output
    #expect(listed == "would remove \(path) (4 bytes)\nWould remove 1 file that no version refers to, 4 bytes.\n")
    #expect(FileManager.default.fileExists(atPath: workplace.path(path)))
    #expect(try workplace.rlrun("data", "gc", "rows", "--json").output.contains("\"bytes\" : 4"))
    #expect(!FileManager.default.fileExists(atPath: workplace.path(path)))
    #expect(try workplace.rlrun("data", "gc", "raws").status == 2)
  }
}
