import Datasets

/// A version of a data set: its columns and rows, where they come from, and the files that hold them. It never changes, but for
/// rows that are erased.
///
///     func describe(_ version: DataVersion) -> String {
///       "\(version.reference): \(version.rows) rows of \(version.columns.map(\.name).joined(separator: ", "))"
///     }
package struct DataVersion: Hashable, Sendable {
  /// A column, and how it was understood.
  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    package var kind: ColumnKind
    /// Rows without a value.
    package var missing: Int
    /// Sentences about it from when it was read.
    package var remarks: [String]?
    /// True where values are bytes, as images' files: a table has the places where they are.
    package var bytes: Bool?

    package init(name: String, kind: ColumnKind, missing: Int, remarks: [String] = [], isBytes: Bool = false) {
      (self.name, self.kind, self.missing) = (name, kind, missing)
      bytes = isBytes ? true : nil
      self.remarks = remarks.isEmpty ? nil : remarks
    }
  }

  /// A Parquet file with some of the rows.
  package struct Part: Codable, Hashable, Sendable {
    package var sha256: String
    package var rows: Int
    package var bytes: Int
  }

  /// Where the rows were read.
  package struct Source: Codable, Hashable, Sendable {
    /// A path or an address, without passwords.
    package var address: String
    /// Of the bytes that were read.
    package var sha256: String?
    /// How they were read, in a few words each.
    package var remarks: [String]?

    package init(address: String, sha256: String? = nil, remarks: [String] = []) {
      (self.address, self.sha256) = (address, sha256)
      self.remarks = remarks.isEmpty ? nil : remarks
    }
  }

  /// A version that this one was made from.
  package struct Parent: Codable, Hashable, Sendable {
    package var name: String
    package var number: Int
    package var sha256: String

    package init(_ version: DataVersion) { (name, number, sha256) = (version.name, version.number, version.sha256) }
    package var reference: DataSetReference { DataSetReference(name, .number(number)) }
  }

  /// What was done to the rows, as it was asked for.
  package struct Step: Codable, Hashable, Sendable {
    /// `append`, `clean`, `prepare`
    package var name: String
    /// The plan or the pipeline, and what came of it.
    package var text: String

    package init(name: String, text: String) { (self.name, self.text) = (name, text) }

    /// Every column holds the text that the source has.
    package static let asWritten = Step(name: "as written", text: "every column as the text that the source has")
  }

  /// Rows that were taken out of this version after it was made.
  package struct Erasure: Codable, Hashable, Sendable {
    /// Unix time in microseconds.
    package var time: Int64
    package var rows: Int
    /// Of the version as it was.
    package var formerSHA256: String
  }

  package var name: String
  /// From 1.
  package var number: Int
  /// Unix time in microseconds.
  package var created: Int64
  package var sources: [Source]
  package var parents: [Parent]
  package var steps: [Step]
  package var columns: [Column]
  package var rows: Int
  /// The SHA-256 of the names and kinds of the columns and of the parts, in lower-case hexadecimal.
  package var sha256: String
  package var note: String
  package var erasures: [Erasure]
  /// Only the fact that it was is left.
  package var isDeleted: Bool
  /// How the source's text became values, to read new rows the same way.
  package var reading: TableReading?
  package var parts: [Part]
  /// The id that the next new row gets.
  package var nextRow: Int
  /// What the rows follow from: of equal ones the rows are equal.
  package var origin: String?
  /// The program that wrote it.
  package var program: String

  /// `data:orders@3`
  package var reference: DataSetReference { DataSetReference(name, .number(number)) }

  /// Whether its columns are texts as the source has them, whatever they hold.
  package var isAsWritten: Bool { steps.contains { $0.name == Step.asWritten.name } }

  /// Bytes on disk.
  package var bytes: Int { parts.reduce(0) { $0 + $1.bytes } }

  /// The paths of the Parquet files with the rows.
  package func files(in repository: DataRepository) -> [String] {
    parts.map { DataSet(name: name, in: repository).path(of: $0) }
  }

  /// The columns that name rows.
  package var idColumns: Set<String> { Set(columns.filter { $0.kind == .id }.map(\.name)) }

  /// The columns whose values are bytes.
  package var byteColumns: Set<String> { Set(columns.filter { $0.bytes == true }.map(\.name)) }

  package var kinds: [String: ColumnKind] {
    Dictionary(columns.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
  }
}

extension DataVersion: Codable {
  private enum Key: String, CodingKey {
    case layout, name, number, created, sources, parents, steps, columns, rows, sha256, note, erasures, deleted,
      reading,
      parts, nextRow, origin, program
  }

  /// The layout of manifests that this program writes.
  static let layout = 1

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    name = try values.decode(String.self, forKey: .name)
    number = try values.decode(Int.self, forKey: .number)
    created = try values.decode(Int64.self, forKey: .created)
    sources = try values.decodeIfPresent([Source].self, forKey: .sources) ?? []
    parents = try values.decodeIfPresent([Parent].self, forKey: .parents) ?? []
    steps = try values.decodeIfPresent([Step].self, forKey: .steps) ?? []
    columns = try values.decode([Column].self, forKey: .columns)
    rows = try values.decode(Int.self, forKey: .rows)
    sha256 = try values.decode(String.self, forKey: .sha256)
    note = try values.decodeIfPresent(String.self, forKey: .note) ?? ""
    erasures = try values.decodeIfPresent([Erasure].self, forKey: .erasures) ?? []
    isDeleted = try values.decodeIfPresent(Bool.self, forKey: .deleted) ?? false
    reading = try values.decodeIfPresent(TableReading.self, forKey: .reading)
    parts = try values.decode([Part].self, forKey: .parts)
    nextRow = try values.decode(Int.self, forKey: .nextRow)
    origin = try values.decodeIfPresent(String.self, forKey: .origin)
    program = try values.decodeIfPresent(String.self, forKey: .program) ?? ""
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(Self.layout, forKey: .layout)
    try values.encode(name, forKey: .name)
    try values.encode(number, forKey: .number)
    try values.encode(created, forKey: .created)
    if !sources.isEmpty { try values.encode(sources, forKey: .sources) }
    if !parents.isEmpty { try values.encode(parents, forKey: .parents) }
    if !steps.isEmpty { try values.encode(steps, forKey: .steps) }
    try values.encode(columns, forKey: .columns)
    try values.encode(rows, forKey: .rows)
    try values.encode(sha256, forKey: .sha256)
    if !note.isEmpty { try values.encode(note, forKey: .note) }
    if !erasures.isEmpty { try values.encode(erasures, forKey: .erasures) }
    if isDeleted { try values.encode(true, forKey: .deleted) }
    try values.encodeIfPresent(reading, forKey: .reading)
    try values.encode(parts, forKey: .parts)
    try values.encode(nextRow, forKey: .nextRow)
    try values.encodeIfPresent(origin, forKey: .origin)
    try values.encode(program, forKey: .program)
  }
}
