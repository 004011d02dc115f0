import Files
import Parquet

extension DataSet {
  /// How many rows a version lost.
  package struct Loss: Hashable, Sendable {
    package var version: Int
    package var rows: Int
  }

  /// Takes rows out of every version that has them: the files that hold them are written anew, the old ones are deleted, and each version
  /// records that it was done. The other rows keep their ids.
  ///
  /// What was begun before the process was killed is completed when the same rows are erased again.
  package func erase(
    rows ids: Set<Int>, options: ParquetOptions = .ofDataSets
  ) throws(DataRepositoryError) -> [Loss] {
    let lock = try DataSetLock.take(self)
    defer { withExtendedLifetime(lock) {} }
    var losses: [Loss] = []
    var rewritten: [String: DataVersion.Part?] = [:]
    for var version in try allVersions() where !version.isDeleted {
      var parts: [DataVersion.Part] = []
      for part in version.parts {
        if rewritten.index(forKey: part.sha256) == nil {
          rewritten[part.sha256] = .some(try without(ids, part, options))
        }
        if let kept = rewritten[part.sha256]! { parts.append(kept) }
      }
      if parts == version.parts { continue }
      let former = version.sha256
      let rows = parts.reduce(0) { $0 + $1.rows }
      let erased = version.rows - rows
      (version.parts, version.rows) = (parts, rows)
      version.sha256 = version.computedSHA256
      try recount(&version)
      version.erasures.append(.init(time: WallClock.now, rows: erased, formerSHA256: former))
      try onDisk { () throws(FileError) in try OpenFile.syncFolder(partsFolder, SystemCalls()) }
      try write(version)
      losses.append(Loss(version: version.number, rows: erased))
    }
    try removeRemains(of: allVersions())
    return losses
  }

  /// The part without these rows; itself where it has none of them, nil where no row is left.
  private func without(
    _ ids: Set<Int>, _ part: DataVersion.Part, _ options: ParquetOptions
  ) throws(DataRepositoryError) -> DataVersion.Part? {
    let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: path(of: part)) }
    guard let idPlace = file.columns.firstIndex(where: { $0.name == DataVersion.rowIDs }) else {
      throw .damaged(path: path(of: part), problem: "it has no row ids")
    }
    var data: [ColumnData] = []
    for column in file.columns.indices {
      data.append(try inParquet { () throws(ParquetError) in try file.read(column: column) })
    }
    guard let rowIDs = data[idPlace].integers(file.columns[idPlace].type) else {
      throw .damaged(path: path(of: part), problem: "its row ids are no whole numbers")
    }
    let kept = rowIDs.indices.filter { !ids.contains(Int(rowIDs[$0])) }
    if kept.count == rowIDs.count { return part }
    if kept.isEmpty { return nil }
    return try writePart(
      data.map { $0.rows(kept) }, file.columns.map { ColumnSchema($0.name, $0.type, isOptional: $0.isOptional) },
      options)
  }

  /// How many values each column misses, after rows went.
  private func recount(_ version: inout DataVersion) throws(DataRepositoryError) {
    var missing = [Int](repeating: 0, count: version.columns.count)
    for part in version.parts {
      let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: path(of: part)) }
      for (index, column) in version.columns.enumerated() {
        guard let place = file.columns.firstIndex(where: { $0.name == column.name }) else { continue }
        missing[index] += try inParquet { () throws(ParquetError) in try file.read(column: place) }.nullCount
      }
    }
    for index in missing.indices { version.columns[index].missing = missing[index] }
  }
}

extension ColumnData {
  /// These rows, in their order.
  package func rows(_ indices: [Int]) -> ColumnData {
    var result = ColumnData(emptied: values)
    var start = 0
    while start < indices.count {
      // Runs of neighbours are copied at once.
      var end = start + 1
      while end < indices.count, indices[end] == indices[end - 1] + 1 { end += 1 }
      result.append(self, rows: indices[start]..<indices[end - 1] + 1)
      start = end
    }
    return result
  }

  private init(emptied values: Values) {
    let empty: Values =
      switch values {
      case .booleans: .booleans([])
      case .int32s: .int32s([])
      case .int64s: .int64s([])
      case .floats: .floats([])
      case .doubles: .doubles([])
      case .strings, .indexed: .strings(ByteStrings())
      case .fixed(_, let length): .fixed([], length: length)
      }
    self.init(empty)
  }
}
