import DataVersions
import Datasets
import Files
import Formats
import Pipelines

/// Makes a version of a data set from one of another by a pipeline, whose steps are fitted to all of its rows.
///
///     let preparation = DataPreparation(of: version, by: pipeline, yaml: text, as: "prepared")
///     let prepared = try preparation.run(in: repository).version
///
/// Rows keep their ids and their names where the pipeline keeps rows; rows of a group are new ones.
package struct DataPreparation {
  package var source: DataVersion
  package var pipeline: Pipeline
  /// As it was written.
  package var yaml: String
  package var name: String
  /// The column that no step changes, where there is one.
  package var target: String?
  package var seed: UInt64
  /// Where joins look for files; nil: in the working directory.
  package var folder: String?
  package var note = ""
  package var program = ""

  package init(
    of source: DataVersion, by pipeline: Pipeline, yaml: String, as name: String, target: String? = nil,
    seed: UInt64 = 0
  ) {
    (self.source, self.pipeline, self.yaml, self.name) = (source, pipeline, yaml, name)
    (self.target, self.seed) = (target, seed)
  }

  /// `store`: the folder of the store, in whose data sets joins look. Throws `PipelineError` and `DataRepositoryError`.
  package func run(in repository: DataRepository) throws -> (version: DataVersion, isNew: Bool) {
    try run(in: repository) { false }!
  }

  /// nil, and nothing is made, where `shouldStop` says so.
  package func run(
    in repository: DataRepository, shouldStop: () -> Bool
  ) throws -> (version: DataVersion, isNew: Bool)? {
    let table = try tableWithNamedIDs(in: repository)
    if shouldStop() { return nil }
    var joined: [DataVersion] = []
    var otherFiles = ""
    let output = try pipeline.prepare(table, target: target, seed: seed) { (address) throws(PipelineError) in
      let (other, version, sha256) = try open(address, in: repository)
      if let version { joined.append(version) }
      otherFiles += "\n" + sha256
      return other
    }
    if shouldStop() { return nil }
    let prepared = try output.dense(limit: Double(PhysicalMemory.half))
    let (restored, ids) = try withNames(prepared, in: repository)
    let writer = try DataSetWriter(name, in: repository)
    var kinds = restored.kinds
    for column in source.columns where column.kind == .id { kinds[column.name] = .id }
    // Of a column that a step has replaced no text is left.
    let texts = zip(restored.names, restored.columns).filter { $1.kind == .text }.map(\.0)
    try writer.append(restored, kinds: kinds, ids: ids, bytes: source.byteColumns.intersection(texts))
    if shouldStop() { return nil }
    let origin = DataVersionOrigin(
      parents: ([source] + joined).map { .init($0) }, steps: [.init(name: "prepare", text: yaml)], note: note,
      key: SHA256.hexadecimal(Array("prepare\n\(source.sha256)\n\(target ?? "")\n\(seed)\(otherFiles)\n\(yaml)".utf8)),
      program: program)
    return try writer.commit(origin)
  }

  /// The rows, in which names of rows are texts if the pipeline speaks of them, as a join does, and else have no values: no step
  /// takes them for features.
  private func tableWithNamedIDs(in repository: DataRepository) throws -> Table {
    let ids = Set(source.columns.filter { $0.kind == .id && yaml.contains($0.name) }.map(\.name))
    let table = try source.table(reading: ids, in: repository)
    return Table(
      names: table.names,
      columns: zip(table.names, table.columns).map { name, column in
        if ids.contains(name), case .categories(let words) = column { .texts(words) } else { column }
      }, lines: table.lines)
  }

  /// The names of rows that the rows had before, and their ids; neither where rows are new ones.
  private func withNames(_ table: Table, in repository: DataRepository) throws -> (Table, ids: [Int]?) {
    let names = source.columns.filter { $0.kind == .id && table.names.contains($0.name) }.map(\.name)
    let sources = try source.table(columns: Set(names), reading: Set(names), in: repository)
    let place = Dictionary(sources.lines.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let places = table.lines.map { place[$0] }
    let isKept = !places.contains(nil) && !makesRows
    let columns = zip(table.names, table.columns).compactMap { name, column -> (String, Column)? in
      guard names.contains(name) else { return (name, column) }
      guard isKept, let index = sources.names.firstIndex(of: name) else { return nil }
      return (name, sources.rows(places.map { $0! }).columns[index])
    }
    let restored = Table(names: columns.map(\.0), columns: columns.map(\.1), lines: table.lines)
    return (restored, isKept && Set(table.lines).count == table.lines.count ? table.lines : nil)
  }

  /// Whether rows of the result are none of the source's.
  private var makesRows: Bool { pipeline.steps.contains { type(of: $0).name == "group" } }

  private func open(
    _ address: String, in repository: DataRepository
  ) throws(PipelineError) -> (Table, DataVersion?, sha256: String) {
    do {
      if let version = try repository.version(at: address) {
        return (try version.table(reading: version.idColumns, in: repository), version, version.sha256)
      }
      let path = folder.map { address.hasPrefix("/") ? address : $0 + "/" + address } ?? address
      let report = try DataProblem.naming(path) { () throws(DatasetError) in
        try TableReport(ByteSource(path), keepsIDs: true)
      }
      return (report.table, nil, report.sha256)
    } catch {
      throw PipelineError("\((error as? any UserFacingError)?.sentence ?? "\(error)")", status: .badUsage)
    }
  }
}
