import DataVersions
import Datasets
import Formats

/// A version of a data set as it is shown and written as JSON.
struct VersionPage: Encodable {
  private let version: DataVersion
  private let files: [String]

  /// With the paths of its files if its repository is given.
  init(_ version: DataVersion, in repository: DataRepository? = nil) {
    self.version = version
    files = repository.map { version.files(in: $0) } ?? []
  }

  /// Where the rows come from, in a few words.
  var origin: String {
    if let step = version.steps.last, let parent = version.parents.last { return "\(step.name) of \(parent.reference)" }
    return version.sources.last?.address ?? version.parents.last.map { "\($0.reference)" } ?? ""
  }

  var lines: [String] {
    var lines = [
      "\(version.reference): \(rowCount(version.rows)), \(version.columns.count) columns, \(byteCount(version.bytes))"
    ]
    lines.append("created   \(localTime(version.created)) by \(version.program)")
    lines.append("sha256    \(version.sha256)")
    for source in version.sources {
      lines.append("source    \(source.address)" + (source.sha256.map { " (SHA-256 \($0.prefix(12))…)" } ?? ""))
      for remark in source.remarks ?? [] { lines.append("          \(remark)") }
    }
    for parent in version.parents { lines.append("made from \(parent.reference)") }
    for step in version.steps { lines.append("step      \(step.name): \(step.text.prefix { $0 != "\n" })") }
    if !version.note.isEmpty { lines.append("note      \(version.note)") }
    for erasure in version.erasures {
      lines.append("erased    \(rowCount(erasure.rows)) on \(localTime(erasure.time))")
    }
    for file in files { lines.append("file      \(file)") }
    return lines
  }

  /// Says what was made, with its columns. `verb`: `Added`.
  func printResult(_ verb: String) {
    printPage("\(verb) \(version.reference): \(rowCount(version.rows)), \(version.columns.count) columns.")
    print(columnTable.fitted(to: pageWidth).text)
  }

  var columnTable: TextTable {
    var table = TextTable(["column", "kind", "missing", "remarks"], dispensable: ["remarks"])
    for column in version.columns {
      table.add([column.name, column.kind.rawValue, "\(column.missing)", column.remarks?.first ?? ""])
    }
    return table
  }

  private enum Key: String, CodingKey {
    case reference, name, version, created, rows, columns, bytes, sha256, sources, parents, steps, note, erasures,
      deleted,
      program, files
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode("\(version.reference)", forKey: .reference)
    try values.encode(version.name, forKey: .name)
    try values.encode(version.number, forKey: .version)
    try values.encode(isoTime(version.created), forKey: .created)
    try values.encode(version.rows, forKey: .rows)
    try values.encode(version.columns, forKey: .columns)
    try values.encode(version.bytes, forKey: .bytes)
    try values.encode(version.sha256, forKey: .sha256)
    try values.encode(version.sources, forKey: .sources)
    try values.encode(version.parents.map { "\($0.reference)" }, forKey: .parents)
    try values.encode(version.steps, forKey: .steps)
    try values.encode(version.note, forKey: .note)
    try values.encode(version.erasures, forKey: .erasures)
    try values.encode(version.isDeleted, forKey: .deleted)
    try values.encode(version.program, forKey: .program)
    if !files.isEmpty { try values.encode(files, forKey: .files) }
  }
}
