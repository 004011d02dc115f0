import Foundation
import Testing

@testable import Datasets

/// Class labels come back as they are written.
@Suite struct ClassLabelTests {
  private func classes(_ labels: [String], target: String? = "y") throws -> [String]? {
    let table = try TableReport(csvBytes: Array(("x,y\n" + labels.map { "1,\($0)\n" }.joined()).utf8), target: target)
      .table
    let encoding = try TargetEncoding(fitting: table, column: "y", task: .classification)
    let indices = try encoding.classIndices(of: table)
    // Every row is of the class that it was written as, or of another spelling of it.
    for (label, index) in zip(labels, indices) {
      #expect(ClassLabels.key(label) == ClassLabels.key(encoding.classes![index]))
    }
    let read = try JSONDecoder().decode(TargetEncoding.self, from: JSONEncoder().encode(encoding))
    #expect(try read == encoding && read.classIndices(of: table) == indices)
    return encoding.classes
  }

  @Test(arguments: [
    (["01", "02", "01"], ["01", "02"]), (["01", "1", "01"], ["01", "1"]), (["007", "7", "7.0", "7"], ["007", "7"]),
    (["+1", "-1", "+1"], ["-1", "+1"]), (["0.0", "1.0", "0.0"], ["0.0", "1.0"]),
    (["7.0", "8", "7", "7.0"], ["7.0", "8"]),
    (["7", "7.0", "8"], ["7", "8"]), (["true", "False", "TRUE", "true", "FALSE"], ["False", "true"]),
    (["10", "9", "2.5"], ["2.5", "9", "10"]), (["None", "yes", "NA"], ["NA", "None", "yes"]),
    (["1e1", "10", "10", "2"], ["2", "10"]),
    (["0", "-0", "1"], ["0", "1"]), (["0.5", ".5", "00.5"], ["0.5", "00.5"]),
    (["a", "A", "a"], ["A", "a"]),
  ])
  func `labels are what is written, but for spellings of one number or of True and False`(
    labels: [String], found: [String]
  ) throws {
    #expect(try classes(labels) == found)
  }

  @Test func `without their spelling numbers are labels as before`() throws {
    let table = try Table(csvBytes: Array("x,y\n1,01\n1,2.0\n1,1\n".utf8))
    #expect(try TargetEncoding(fitting: table, column: "y", task: .classification).classes == ["1", "2"])
  }

  @Test func `fits of earlier versions keep their labels`() throws {
    let table = try TableReport(csvBytes: Array("x,y\n1,01\n1,2\n1,True\n1,true\n".utf8), target: "y").table
    let first = try TargetEncoding(fitting: table, column: "y", task: .classification, labelsAreWritten: false)
    #expect(first.classes == ["01", "2", "True", "true"])
    let old = #"{"column":"y","classes":["1","2"],"kind":"number"}"#
    let read = try JSONDecoder().decode(TargetEncoding.self, from: Data(old.utf8))
    #expect(try read.classIndices(of: Table([("y", .numbers([2, 1]))])) == [1, 0])
  }

  @Test func `many labels are known by their spelling, very many by their number`() throws {
    let some = (0..<900).map { "\($0 < 10 ? "0" : "")\($0)" }
    #expect(try classes(some)?[7] == "07")
    let many = (0..<3000).map { "\($0).0" }
    #expect(try classes(many)?[7] == "7")
  }

  @Test func `what is one class is told`() throws {
    let table = try TableReport(csvBytes: Array("x,y\n1,7\n1,7.0\n1,7\n1,007\n".utf8), target: "y").table
    let found = table.classes(of: "y")
    #expect(
      found.map(\.label) == ["007", "7"] && found.map(\.count) == [1, 3]
        && found.map(\.otherSpellings) == [[], ["7.0"]])
  }

  @Test func `a missing label is none, and one that was not there is refused by its line`() throws {
    let table = try TableReport(csvBytes: Array("x,y\n1,01\n1,\n1,02\n1,NA\n".utf8), target: "y").table
    let encoding = try TargetEncoding(fitting: table, column: "y", task: .classification)
    #expect(encoding.classes == ["01", "02"])
    #expect(try table.column("y").rowsWithValue == [0, 2])
    let other = try TableReport(csvBytes: Array("x,y\n1,1\n".utf8), target: "y").table
    #expect(throws: DatasetError.unseen(value: "1", column: "y", line: 2)) { try encoding.classIndices(of: other) }
  }
}
