/// The values of a column, one a row.
///
///     ColumnData(.doubles([1.5, 0, 2]), validity: [true, false, true])
package struct ColumnData: Hashable, Sendable {
  package enum Values: Hashable, Sendable {
    case booleans([Bool])
    case int32s([Int32])
    /// Timestamps stored as INT96 too, in microseconds.
    case int64s([Int64])
    case floats([Float])
    case doubles([Double])
    case strings(ByteStrings)
    /// The same, each different string once. Only readers that ask for it get this.
    case indexed(IndexedStrings)
    /// Values of `length` bytes each, one after the other.
    case fixed([UInt8], length: Int)
  }

  /// A row that is null has 0, false or no bytes here.
  package var values: Values
  /// Whether each row has a value; nil where all have one.
  package var validity: [Bool]?

  /// Traps where the lengths differ.
  package init(_ values: Values, validity: [Bool]? = nil) {
    self.values = values
    self.validity = validity
    precondition(validity == nil || validity!.count == count, "\(validity!.count) marks for \(count) values")
  }

  package var count: Int {
    switch values {
    case .booleans(let values): values.count
    case .int32s(let values): values.count
    case .int64s(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    case .strings(let values): values.count
    case .indexed(let values): values.count
    case .fixed(let bytes, let length): length == 0 ? 0 : bytes.count / length
    }
  }

  package func isNull(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }

  package var nullCount: Int { validity?.count { !$0 } ?? 0 }

  /// No rows, of values such as a column of this type has.
  package init(emptyOf type: ColumnType) {
    validity = nil
    values =
      switch type.physical {
      case .boolean: .booleans([])
      case .int32: .int32s([])
      case .int64, .int96: .int64s([])
      case .float: .floats([])
      case .double: .doubles([])
      case .byteArray: .strings(ByteStrings())
      case .fixedLengthByteArray: .fixed([], length: type.length)
      }
  }

  /// Appends rows of another column. Traps where its values are of another case.
  package mutating func append(_ other: ColumnData, rows: Range<Int>) {
    let before = count
    if let added = other.validity {
      if validity == nil { validity = Array(repeating: true, count: before) }
      validity!.append(contentsOf: added[rows])
    } else {
      validity?.append(contentsOf: repeatElement(true, count: rows.count))
    }
    if case .indexed(let added) = other.values {
      if before == 0, case .strings = values {
        values = .indexed(IndexedStrings(trusted: added.strings, indices: Array(added.indices[rows])))
      } else {
        let strings = added.expanded(rows, validity: other.validity)
        let old = expandedValues(before)
        values = .booleans([])
        values = old.appending(.strings(strings), rows: 0..<rows.count)
      }
      return
    }
    // Taken out while they grow, so that they are not copied.
    let old = expandedValues(before)
    values = .booleans([])
    values = old.appending(other.values, rows: rows)
  }
}

extension ColumnData {
  /// The values of the first rows, all that there are, as strings where they are indexed.
  private func expandedValues(_ count: Int) -> Values {
    guard case .indexed(let indexed) = values else { return values }
    return .strings(indexed.expanded(0..<count, validity: validity))
  }
}

extension ColumnData.Values {
  fileprivate consuming func appending(_ other: Self, rows: Range<Int>) -> Self {
    switch (consume self, other) {
    case (.booleans(var values), .booleans(let added)):
      values.append(contentsOf: added[rows])
      return .booleans(values)
    case (.int32s(var values), .int32s(let added)):
      values.append(contentsOf: added[rows])
      return .int32s(values)
    case (.int64s(var values), .int64s(let added)):
      values.append(contentsOf: added[rows])
      return .int64s(values)
    case (.floats(var values), .floats(let added)):
      values.append(contentsOf: added[rows])
      return .floats(values)
    case (.doubles(var values), .doubles(let added)):
      values.append(contentsOf: added[rows])
      return .doubles(values)
    case (.strings(var values), .strings(let added)):
      values.append(added, rows: rows)
      return .strings(values)
    case (.fixed(var bytes, let length), .fixed(let added, let other)) where length == other:
      bytes.append(contentsOf: added[rows.lowerBound * length..<rows.upperBound * length])
      return .fixed(bytes, length: length)
    default: preconditionFailure("values of two types in one column")
    }
  }
}
