import Datasets

/// What differs between two versions: columns by their names, rows by their ids, and the values of rows that both have.
package struct DataVersionDifference: Hashable, Encodable, Sendable {
  package struct Change: Hashable, Encodable, Sendable {
    package var row: Int
    /// nil where the value is missing.
    package var old: String?
    package var new: String?
  }

  package struct KindChange: Hashable, Encodable, Sendable {
    package var name: String
    package var old: ColumnKind
    package var new: ColumnKind
  }

  package struct ColumnChange: Hashable, Encodable, Sendable {
    package var name: String
    package var count: Int
    /// The first few.
    package var examples: [Change]
  }

  package var addedColumns: [String]
  package var removedColumns: [String]
  package var changedKinds: [KindChange]
  package var addedRows: [Int]
  package var removedRows: [Int]
  package var changedColumns: [ColumnChange]

  package var isEmpty: Bool {
    addedColumns.isEmpty && removedColumns.isEmpty && changedKinds.isEmpty && addedRows.isEmpty && removedRows.isEmpty
      && changedColumns.isEmpty
  }

  /// Compares the rows as they are read; a column after another, so that two columns are in memory at a time.
  package init(
    from old: DataVersion, to new: DataVersion, in repository: DataRepository, examples most: Int = 3
  ) throws(DataRepositoryError) {
    let (oldKinds, newKinds) = (old.kinds, new.kinds)
    addedColumns = new.columns.map(\.name).filter { oldKinds[$0] == nil }
    removedColumns = old.columns.map(\.name).filter { newKinds[$0] == nil }
    changedKinds = new.columns.compactMap { column in
      oldKinds[column.name].flatMap {
        $0 == column.kind ? nil : KindChange(name: column.name, old: $0, new: column.kind)
      }
    }
    let oldIDs = try old.table(columns: [], in: repository).lines
    let newIDs = try new.table(columns: [], in: repository).lines
    let place = Dictionary(oldIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    addedRows = newIDs.filter { place[$0] == nil }
    let present = Set(newIDs)
    removedRows = oldIDs.filter { !present.contains($0) }
    let pairs = newIDs.enumerated().compactMap { row, id in place[id].map { (id: id, old: $0, new: row) } }
    changedColumns = []
    // Parts that both have hold the same rows.
    if old.parts == new.parts { return }
    for column in new.columns where oldKinds[column.name] != nil {
      let name = column.name
      let before = try old.table(columns: [name], reading: [name], in: repository).columns[0]
      let after = try new.table(columns: [name], reading: [name], in: repository).columns[0]
      var change = ColumnChange(name: name, count: 0, examples: [])
      for pair in pairs where !before.isEqual(at: pair.old, to: after, at: pair.new) {
        change.count += 1
        guard change.examples.count < most else { continue }
        change.examples.append(Change(row: pair.id, old: before.text(at: pair.old), new: after.text(at: pair.new)))
      }
      if change.count > 0 { changedColumns.append(change) }
    }
  }
}

extension Column {
  fileprivate func isEqual(at row: Int, to other: Column, at otherRow: Int) -> Bool {
    switch (self, other) {
    case (.numbers(let a), .numbers(let b)), (.dates(let a), .dates(let b)):
      a[row] == b[otherRow] || a[row].isNaN && b[otherRow].isNaN
    case (.missing, .missing): true
    default: text(at: row) == other.text(at: otherRow)
    }
  }
}
