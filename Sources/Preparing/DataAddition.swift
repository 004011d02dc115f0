import DataQuality
import DataSources
import DataVersions
import Datasets
import Files
import Formats
import Foundation

/// Adds rows to a data set as a new version of it: reads them, finds out what the columns hold, and stores both.
///
///     let addition = DataAddition(to: "orders", from: "orders.csv")
///     let report = try addition.run(in: DataRepository(store: "runs"))
///     print(report.version.reference, report.isNew)
///
/// A source that is larger than memory is stored a part at a time.
package struct DataAddition {
  package var name: String
  package var address: String
  /// What is said of the data; the rest is found out.
  package var request: TableRequest
  /// Which part of the source is read, of what format.
  package var options: SourceOptions
  /// The store whose data set is added, where the source is `data:NAME@VERSION`; nil for the same one.
  package var otherStore: String?
  /// Rows of the latest version come before the new ones.
  package var appends: Bool
  /// Every column is stored as the text that the source has, to be checked and cleaned.
  package var asWritten = false
  /// What has to hold of the rows, or nothing is added.
  package var expectations: Expectations?
  package var note: String
  package var program: String
  /// Bytes of a CSV file that are read at once.
  package var wholeLimit = 256 << 20
  /// Bytes of the beginning of a larger one, and of a chunk.
  package var chunkBytes = 64 << 20

  package init(
    to name: String, from address: String, request: TableRequest = TableRequest(),
    options: SourceOptions = SourceOptions(), otherStore: String? = nil, appends: Bool = false, note: String = "",
    program: String = ""
  ) {
    (self.name, self.address, self.request, self.appends) = (name, address, request, appends)
    (self.options, self.otherStore) = (options, otherStore)
    (self.note, self.program) = (note, program)
  }

  /// What was added.
  package struct Report {
    package var version: DataVersion
    /// False where the latest version came from the same bytes and the same request.
    package var isNew: Bool
    /// What was found in each column.
    package var findings: [ColumnFinding]
    /// How the source is written, in a few words each.
    package var remarks: [String]
    /// Values of another kind than their column, which count as missing: beside those of the findings.
    package var oddValues: [String: Int] = [:]
  }

  /// Reads and stores; `onRows` gets the number of rows stored so far. nil, and nothing is added, where `shouldStop` says so.
  ///
  /// Throws `DataProblem` for a source that cannot be read, `DataRepositoryError` for a data set that cannot be written.
  package func run(
    in repository: DataRepository, onRows: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Report? {
    guard DataSetReference.isName(name) else { throw DataRepositoryError.badName(name) }
    let base = appends ? try repository.dataSet(name).latest() : nil
    let (reader, shown) = try open(like: base?.reading, in: repository, shouldStop: shouldStop)
    guard let reader else { return nil }
    let writer = try DataSetWriter(name, appendingTo: base, in: repository)
    let references = try expectations?.references(in: repository) ?? [:]
    var rows = 0
    while let table = try reader.next() {
      if shouldStop() { return nil }
      try expectations?.hold(for: table, after: rows, of: shown, references)
      try writer.append(table, kinds: reader.kinds, remarks: reader.warnings, bytes: reader.byteColumns)
      rows += table.rowCount
      onRows(rows)
    }
    let summary = try reader.finish()
    var origin = DataVersionOrigin(
      sources: [.init(address: shown, sha256: summary.sha256, remarks: reader.remarks)], reading: reader.reading,
      note: note, program: program)
    if let version = (reader as? VersionReader)?.version, otherStore == nil { origin.parents = [.init(version)] }
    if let base {
      origin.parents.insert(.init(base), at: 0)
      origin.sources = base.sources + origin.sources
      origin.steps = base.steps + [.init(name: "append", text: "\(rows) row\(rows == 1 ? "" : "s") of \(shown)")]
      origin.reading = base.reading ?? reader.reading
    } else {
      if asWritten { origin.steps = [.asWritten] }
      origin.key = summary.sha256.map(key)
    }
    let (version, isNew) = try writer.commit(origin)
    return Report(
      version: version, isNew: isNew, findings: reader.findings, remarks: reader.remarks, oddValues: summary.oddValues)
  }

  /// The reader of the source, and the source as it is recorded: without passwords. nil where it was stopped.
  ///
  /// A version by its name, Parquet by its bytes, then what `DataSources` knows; CSV is everything else.
  private func open(
    like base: TableReading?, in repository: DataRepository, shouldStop: () -> Bool
  ) throws -> (reader: (any RowReader)?, shown: String) {
    if address.hasPrefix(DataSetReference.prefix) {
      try refuseOptions("a version of a data set")
      let from = otherStore.map { DataRepository(store: $0) } ?? repository
      guard let version = try from.version(at: address) else { throw DataRepositoryError.badName(address) }
      return (
        VersionReader(version, in: from), otherStore.map { "\(version.reference) of \($0)" } ?? "\(version.reference)"
      )
    }
    let input = try address == "-" && options.format != nil && options.format != "csv" ? SpooledInput() : nil
    let path = input?.path ?? address
    if Self.isParquet(path) {
      try refuseOptions("a Parquet file")
      return (try ParquetReader(path), address)
    }
    if address != "-" || input != nil, options.format != "csv" {
      let location = try DataLocation(path)
      if try options.format != nil || location.kind == .folder || SourceCatalogue.format(of: location) != nil {
        do {
          let reader = try RecordReader(
            SourceCatalogue.open(location, options: options), at: location,
            named: input == nil ? location.redacted : address,
            request: request, like: base, asWritten: asWritten, wholeLimit: wholeLimit, chunkBytes: chunkBytes,
            shouldStop: shouldStop)
          return (reader, input == nil ? location.redacted : address)
        } catch is CancellationError {
          return (nil, address)
        }
      }
    }
    if options != SourceOptions(format: options.format, onError: options.onError) {
      throw DataProblem(
        "'\(address.printable)' is a CSV file, which has no sheets, tables or queries", status: .badUsage)
    }
    var request = request
    request.skipsBadRows = options.onError == .skip
    let reader = try CSVReader(
      address == "-" ? "/dev/stdin" : address, named: address, request: request, like: base, asWritten: asWritten,
      wholeLimit: wholeLimit,
      chunkBytes: chunkBytes)
    return (reader, address)
  }

  private func refuseOptions(_ what: String) throws(DataProblem) {
    guard request == TableRequest(), options == SourceOptions() else {
      throw DataProblem(
        "'\(address.printable)' is \(what), whose columns have types: leave out options such as --kind",
        status: .badUsage)
    }
  }

  private static func isParquet(_ path: String) -> Bool {
    guard let file = try? OpenFile(path, O_RDONLY, .read), (try? file.isRegular()) == true else { return false }
    return (try? file.readAll(limit: 4)) == Array("PAR1".utf8)
  }

  /// The bytes and what was said of them decide the rows.
  private func key(_ sha256: String) -> String {
    struct Key: Encodable {
      var sha256: String
      var source: [String]
      var header: Bool
      var delimiter, decimal, encoding: String?
      var kinds: [String: String]
      var missing, notMissing: [String]
    }
    let key = Key(
      sha256: sha256,
      source: [
        options.sheet, options.range, options.table, options.query, options.textUnit?.rawValue,
        asWritten ? "as written" : nil, options.keepsPixels ? "pixels" : nil,
      ].map {
        $0 ?? ""
      },
      header: request.hasHeader, delimiter: request.delimiter.map(String.init),
      decimal: request.decimal?.rawValue, encoding: request.encoding?.rawValue,
      kinds: request.kinds.mapValues(\.description), missing: request.missing, notMissing: request.notMissing)
    return SHA256.hexadecimal(Array((try? JSONForm.exact.encode(key)) ?? Data()))
  }
}
