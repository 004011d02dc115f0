import DataVersions
import Datasets
import Foundation

/// Whether others read a data set cell for cell as they read its CSV file, and we what they write.
struct DataAgreement {
  private let work: DataWork

  init(_ work: DataWork) { self.work = work }

  private struct Reading: Decodable {
    var reader: String
    var rows: Int
    var differences: [String]
  }

  private struct Written: Decodable {
    var writer: String
    var file: String
  }

  /// Prints what was compared. Throws where a cell differs; does nothing without PEERS.
  func check() throws {
    let peer = Peer(name: "", variable: "PEERS", script: "data.py")
    guard let python = peer.python else { return }
    let name = work.file.lastPathComponent
    let readings: [Reading] = try peer.reports(
      from: python, arguments: ["compare", "--csv", work.file.path, "--parts"] + work.parts)
    for reading in readings {
      let result = reading.differences.isEmpty ? "every cell alike" : "different: \(reading.differences)"
      print("\(name): \(reading.reader) reads \(reading.rows) rows of our data set, \(result)")
    }
    guard readings.count == 4, readings.allSatisfy({ $0.differences.isEmpty && $0.rows == work.version.rows }) else {
      throw BenchmarkError("the data set is not read alike")
    }
    let folder = work.folder.appendingPathComponent("written-\(name)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files: [Written] = try peer.reports(
      from: python, arguments: ["write", "--csv", work.file.path, "--folder", folder.path])
    let stored = try work.stored()
    for written in files {
      let rows = try ParquetRows(path: written.file)
      let kinds = Dictionary(uniqueKeysWithValues: zip(stored.names, stored.columns.map(\.kind)))
      let table = try rows.table(groups: 0..<rows.groupCount, kinds: kinds)
      let wrong =
        table.names == stored.names
        ? zip(stored.names, zip(table.columns, stored.columns)).filter { !$1.0.isSame(as: $1.1) }.map(\.0)
        : ["the columns"]
      print(
        "\(name): we read \(table.rowCount) rows that \(written.writer) wrote, "
          + (wrong.isEmpty ? "every cell alike" : "different: \(wrong)"))
      if !wrong.isEmpty { throw BenchmarkError("a file of \(written.writer) is not read alike") }
    }
    guard files.count == 4 else { throw BenchmarkError("data.py wrote \(files.count) files") }
  }
}

extension Column {
  /// Missing values are alike.
  fileprivate func isSame(as other: Column) -> Bool {
    switch (self, other) {
    case (.numbers(let a), .numbers(let b)), (.dates(let a), .dates(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    case (.categories(let a), .categories(let b)), (.texts(let a), .texts(let b)): a == b
    default: false
    }
  }
}
