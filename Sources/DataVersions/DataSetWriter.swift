import Datasets
import Files
import Formats
import Glibc
import Parquet

/// Writes one version of a data set. Until it is committed nobody sees anything of it; the writer holds the data set's lock.
///
///     let writer = try DataSetWriter("orders", in: repository)
///     try writer.append(table)
///     let version = try writer.commit(DataVersionOrigin(sources: [source])).version
package final class DataSetWriter {
  let dataSet: DataSet
  /// The version whose rows are kept, where rows are appended to one.
  private let base: DataVersion?
  private let earlier: [DataVersion]
  /// nil once the version is committed.
  private var lock: DataSetLock?
  private var columns: [DataVersion.Column] = []
  /// How each column lies on disk; nil as long as it has no value.
  private var storages: [ColumnStorage?] = []
  private var parts: [DataVersion.Part] = []
  private var rows = 0
  private(set) var nextRow: Int
  private let options: ParquetOptions

  /// Rows of a part at most.
  package static let rowsPerPart = 1 << 20

  /// Begins a version, of a data set that may be new. `base`: a version whose rows are kept before those that are appended.
  package init(
    _ name: String, appendingTo base: DataVersion? = nil, in repository: DataRepository,
    options: ParquetOptions = .ofDataSets
  ) throws(DataRepositoryError) {
    guard DataSetReference.isName(name) else { throw .badName(name) }
    let dataSet = DataSet(name: name, in: repository)
    try onDisk { () throws(FileError) in
      for folder in [dataSet.versionsFolder, dataSet.partsFolder] {
        try Folder.makeAll(folder, system: SystemCalls())
      }
    }
    lock = try DataSetLock.take(dataSet)
    self.dataSet = dataSet
    self.base = base
    self.options = options
    earlier = try dataSet.allVersions()
    nextRow = earlier.map(\.nextRow).max() ?? 1
    try dataSet.removeRemains(of: earlier)
    if let base {
      (columns, parts, rows) = (base.columns, base.parts, base.rows)
      storages = try storagesOfParts()
    }
  }

  /// Appends rows. `kinds`: what columns are where that is not the kind of their values, as names of rows. `ids`: the rows'
  /// ids where they have some already; new rows get new ones. `bytes`: columns of which the values at those places
  /// (`ByteReference`) are stored.
  ///
  /// Throws `otherColumns` where the columns are not those of the rows before.
  package func append(
    _ table: Table, kinds: [String: ColumnKind] = [:], remarks: [String: [String]] = [:], ids: [Int]? = nil,
    bytes: Set<String> = []
  ) throws(DataRepositoryError) {
    precondition(ids == nil || ids!.count == table.rowCount, "an id a row")
    var kept = table.columns.indices.filter { table.columns[$0].kind != .ignored }
    if !columns.isEmpty {
      // In the order of the rows before.
      let place = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
      kept.sort { (place[table.names[$0]] ?? .max, $0) < (place[table.names[$1]] ?? .max, $1) }
    }
    let names = kept.map { table.names[$0] }
    let values = kept.map { table.columns[$0] }
    if names.isEmpty { throw .noColumns(dataSet.name) }
    if names.contains(DataVersion.rowIDs) { throw .reservedColumn(DataVersion.rowIDs) }
    if columns.isEmpty {
      columns = zip(names, values).map { name, column in
        let isBytes = bytes.contains(name)
        return .init(
          name: name, kind: isBytes ? .text : kinds[name] ?? column.kind, missing: 0, remarks: remarks[name] ?? [],
          isBytes: isBytes)
      }
      storages = columns.map { $0.bytes == true ? .bytes : nil }
    }
    if let column = columns.first(where: { ($0.bytes == true) != bytes.contains($0.name) }) {
      let problem =
        "'\(column.name.printable)' \(column.bytes == true ? "held bytes and does not" : "holds bytes and did not")"
      throw .otherColumns(dataSet.name, problem: problem)
    }
    try settleStorages(names, values, kinds)
    for (index, column) in values.enumerated() { columns[index].missing += column.missingCount }
    let first = nextRow
    if ids == nil { nextRow += table.rowCount }
    let stored = StoredBytes(values.indices.filter { columns[$0].bytes == true }.map { ($0, values[$0]) })
    var start = 0
    while start < table.rowCount {
      let end = try stored.take(from: start, to: min(start + Self.rowsPerPart, table.rowCount))
      let part = start..<end
      let rowIDs = ids.map { $0[part].map(Int64.init) } ?? part.map { Int64(first + $0) }
      try writePart(values, stored.data, part, rowIDs)
      start = end
    }
    rows += table.rowCount
  }

  /// Makes the version visible. Returns the latest one instead, and adds nothing, where that has the same origin and was made by the
  /// same program.
  package func commit(
    _ origin: DataVersionOrigin
  ) throws(DataRepositoryError) -> (version: DataVersion, isNew: Bool) {
    precondition(lock != nil, "a writer writes one version")
    defer { lock = nil }
    if columns.isEmpty { throw .noColumns(dataSet.name) }
    if let latest = earlier.last(where: { !$0.isDeleted }), let key = origin.key, latest.origin == key,
      latest.program == origin.program
    {
      try dataSet.removeRemains(of: earlier)
      return (latest, false)
    }
    var version = DataVersion(
      name: dataSet.name, number: (earlier.map(\.number).max() ?? 0) + 1, created: WallClock.now,
      sources: origin.sources, parents: origin.parents, steps: origin.steps, columns: columns, rows: rows, sha256: "",
      note: origin.note, erasures: [], isDeleted: false, reading: origin.reading, parts: parts, nextRow: nextRow,
      origin: origin.key, program: origin.program)
    version.sha256 = version.computedSHA256
    try onDisk { () throws(FileError) in try OpenFile.syncFolder(dataSet.partsFolder, SystemCalls()) }
    try dataSet.write(version)
    return (version, true)
  }

  // MARK: Parts

  /// How the columns of appended rows lie on disk. Whole numbers before others are written again as the others are.
  private func settleStorages(
    _ names: [String], _ values: [Column], _ kinds: [String: ColumnKind]
  ) throws(DataRepositoryError) {
    func problem(_ text: String) -> DataRepositoryError { .otherColumns(dataSet.name, problem: text) }
    if names != columns.map(\.name) {
      if let name = names.first(where: { name in !columns.contains { $0.name == name } }) {
        throw problem("the column '\(name.printable)' is new")
      }
      let column = columns.first { !names.contains($0.name) }!
      throw problem("the column '\(column.name.printable)' is missing")
    }
    var isWider = false
    for (index, column) in values.enumerated() {
      guard let storage = storages[index] else {
        storages[index] = ColumnStorage(column)
        if columns[index].kind == .missing, column.kind != .missing {
          columns[index].kind = kinds[names[index]] ?? column.kind
          isWider = isWider || rows > 0
        }
        continue
      }
      switch storage.takes(column) {
      case true?: break
      case nil:
        storages[index] = .double
        isWider = true
      case false?:
        throw problem(
          "'\(names[index].printable)' holds a \(column.kind.rawValue) and held a \(columns[index].kind.rawValue)")
      }
    }
    if isWider { try rewriteParts() }
  }

  private var schema: [ColumnSchema] {
    [ColumnSchema(DataVersion.rowIDs, .int64, isOptional: false)]
      + zip(columns, storages).map { ColumnSchema($0.name, ($1 ?? .string).type) }
  }

  /// `bytes`: the values of columns of bytes, by their places.
  private func writePart(
    _ values: [Column], _ bytes: [Int: ColumnData], _ range: Range<Int>, _ ids: [Int64]
  ) throws(DataRepositoryError) {
    var data = [ColumnData(.int64s(ids))]
    for (index, column) in values.enumerated() {
      if let bytes = bytes[index] {
        data.append(bytes)
        continue
      }
      do throws(StorageProblem) {
        data.append(try (storages[index] ?? .string).data(column, range))
      } catch {
        throw .unsuitable(column: columns[index].name, problem: error.text)
      }
    }
    parts.append(try dataSet.writePart(data, schema, options))
  }

  private func storagesOfParts() throws(DataRepositoryError) -> [ColumnStorage?] {
    guard let part = parts.first else { return Array(repeating: nil, count: columns.count) }
    let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: dataSet.path(of: part)) }
    return columns.map { column in
      if column.kind == .missing { return nil }
      let type = file.columns.first { $0.name == column.name }?.type
      return [.whole, .double, .timestamp, .string, .bytes].first { $0.type == type }
    }
  }

  /// Writes the parts so far anew, with the columns as they are stored now.
  private func rewriteParts() throws(DataRepositoryError) {
    let old = parts
    parts = []
    for part in old {
      let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: dataSet.path(of: part)) }
      var data: [ColumnData] = []
      for (index, schema) in schema.enumerated() {
        let place = file.columns.firstIndex { $0.name == schema.name }!
        let values = try inParquet { () throws(ParquetError) in try file.read(column: place) }
        data.append(index == 0 ? values : values.stored(as: schema.type, from: file.columns[place].type))
      }
      parts.append(try dataSet.writePart(data, schema, options))
    }
  }
}

/// What a version comes from, and what it says of itself.
package struct DataVersionOrigin {
  package var sources: [DataVersion.Source] = []
  package var parents: [DataVersion.Parent] = []
  package var steps: [DataVersion.Step] = []
  package var reading: TableReading?
  package var note = ""
  /// What the rows follow from, so that the same twice adds nothing; nil where that is not known.
  package var key: String?
  package var program = ""

  package init(
    sources: [DataVersion.Source] = [], parents: [DataVersion.Parent] = [], steps: [DataVersion.Step] = [],
    reading: TableReading? = nil, note: String = "", key: String? = nil, program: String = ""
  ) {
    (self.sources, self.parents, self.steps, self.reading) = (sources, parents, steps, reading)
    (self.note, self.key, self.program) = (note, key, program)
  }
}

extension ColumnData {
  /// Whole numbers as such with decimals, or rows without a value as those of another type.
  fileprivate func stored(as type: ColumnType, from old: ColumnType) -> ColumnData {
    if type == old { return self }
    if type == .double, let numbers = numbers(old) {
      return ColumnData(.doubles(numbers.map { $0.isNaN ? 0 : $0 }), validity: validity)
    }
    // Nothing but missing values so far.
    let nulls = [Bool](repeating: false, count: count)
    return type == .double
      ? ColumnData(.doubles(Array(repeating: 0, count: count)), validity: nulls)
      : ColumnData(.int64s(Array(repeating: 0, count: count)), validity: nulls)
  }
}

extension ParquetOptions {
  /// Zstandard, fast, in row groups that a reader holds easily.
  package static let ofDataSets: ParquetOptions = {
    var options = ParquetOptions()
    options.compression = .zstd(level: 1)
    options.rowsPerGroup = 1 << 17
    return options
  }()
}

extension DataVersion {
  /// Of the names and kinds of the columns and of the parts.
  var computedSHA256: String {
    struct Content: Encodable {
      var columns: [[String]]
      var parts: [String]
    }
    let content = Content(columns: columns.map { [$0.name, $0.kind.rawValue] }, parts: parts.map(\.sha256))
    // Strings can be encoded.
    return SHA256.hexadecimal(Array(try! JSONForm.exact.encode(content)))
  }
}
