/// What a file says of the values of a column chunk.
package struct ColumnStatistics: Hashable, Sendable {
  /// The least and the greatest value, as PLAIN encodes them (a string without its length); nil where not known.
  package var minimum: [UInt8]?
  package var maximum: [UInt8]?
  package var nullCount: Int?
  package var distinctCount: Int?
  /// Whether `minimum` and `maximum` are values of the column, rather than bounds, which long strings are cut to.
  package var isMinimumExact: Bool?
  package var isMaximumExact: Bool?

  package init() {}

  init(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws(Fault) {
    var found = ColumnStatistics()
    try reader.structure(field) { reader, field throws(Fault) in
      switch field.id {
      case 3: found.nullCount = try reader.int(field)
      case 4: found.distinctCount = try reader.int(field)
      // 1 and 2 are from before it was settled how strings and unsigned numbers compare.
      case 5: found.maximum = try reader.binary(field)
      case 6: found.minimum = try reader.binary(field)
      case 7: found.isMaximumExact = try reader.bool(field)
      case 8: found.isMinimumExact = try reader.bool(field)
      default: return false
      }
      return true
    }
    self = found
  }

  func write(to writer: inout ThriftWriter) {
    if let nullCount { writer.int64(3, nullCount) }
    if let distinctCount { writer.int64(4, distinctCount) }
    if let maximum { writer.binary(5, maximum) }
    if let minimum { writer.binary(6, minimum) }
    if let isMaximumExact { writer.bool(7, isMaximumExact) }
    if let isMinimumExact { writer.bool(8, isMinimumExact) }
  }
}
