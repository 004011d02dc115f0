/// Decodes the pages of a column chunk into one array.
final class ChunkDecoder {
  let type: ColumnType
  let pages: PageReader
  let rows: Int
  /// The most bytes that the values may take.
  let limit: Int
  /// The rows decoded so far.
  private(set) var done = 0
  /// Whether each row has a value; empty as long as all have one.
  private var validity: [Bool] = []
  /// Of the page at hand, a byte a row.
  private let pageFlags = PaddedBytes()
  /// Indices into the dictionary, lengths, and the like.
  let scratch = PaddedBytes()
  let secondScratch = PaddedBytes()

  init(_ type: ColumnType, _ pages: PageReader, rows: Int, limit: Int) {
    self.type = type
    self.pages = pages
    self.rows = rows
    self.limit = limit
  }

  func decode() throws(Fault) -> ColumnData {
    let values: ColumnData.Values
    switch type.physical {
    case .boolean: values = .booleans(try booleans())
    case .int32: values = .int32s(try words(UInt32.self, isInteger: true))
    case .int64: values = .int64s(try words(UInt64.self, isInteger: true))
    case .float: values = .floats(try words(UInt32.self, isInteger: false))
    case .double: values = .doubles(try words(UInt64.self, isInteger: false))
    case .int96: values = .int64s(try timestamps(try fixed(length: 12)))
    case .byteArray: values = .strings(try strings())
    case .fixedLengthByteArray: values = .fixed(try fixed(length: type.length), length: type.length)
    }
    return marked(values)
  }

  /// The values, with what is known of nulls.
  func marked(_ values: ColumnData.Values) -> ColumnData {
    if validity.isEmpty { return ColumnData(values) }
    validity.append(contentsOf: repeatElement(true, count: rows - validity.count))
    return ColumnData(values, validity: validity)
  }

  /// The next page, and where its rows are null. nil after the last.
  func nextPage() throws(Fault) -> DecodablePage? {
    guard let page = try pages.next() else { return nil }
    defer { done += page.count }
    guard let levels = page.levels else { return DecodablePage(page, row: done, present: page.count, flags: nil) }
    let flags = pageFlags.words(UInt8.self, count: page.count)
    let present: Int
    switch levels {
    case .runs(var cursor): present = try HybridRuns.decodeFlags(&cursor, count: page.count, into: flags)
    case .bits(let cursor):
      BitPacking.unpackFlags(cursor.position, count: page.count, highestFirst: true, into: flags)
      present = HybridRuns.ones(flags, count: page.count)
    }
    if present == page.count { return DecodablePage(page, row: done, present: present, flags: nil) }
    if validity.isEmpty { validity.reserveCapacity(rows) }
    validity.append(contentsOf: repeatElement(true, count: done - validity.count))
    flags.withMemoryRebound(to: Bool.self, capacity: page.count) {
      validity.append(contentsOf: UnsafeBufferPointer(start: $0, count: page.count))
    }
    return DecodablePage(page, row: done, present: present, flags: UnsafePointer(flags))
  }

  /// The page that was read already, or the next.
  func nextPage(unless read: inout DecodablePage?) throws(Fault) -> DecodablePage? {
    if let page = read.take() { return page }
    return try nextPage()
  }

  /// Indices into a dictionary of `size` values; every one of them is in it.
  func indices(_ values: ByteCursor, count: Int, size: Int) throws(Fault) -> UnsafePointer<UInt32> {
    var cursor = values
    let width = Int(try cursor.byte())
    let indices = scratch.words(UInt32.self, count: count + 8)
    try HybridRuns.decode(&cursor, width: width, count: count, into: indices)
    var highest: UInt32 = 0
    for i in 0..<count { highest = max(highest, indices[i]) }
    guard Int(highest) < size else { throw .damaged("a value is not in the dictionary") }
    return UnsafePointer(indices)
  }

  /// Throws unless the values take no more than the limit.
  func check(_ count: Int, of bytes: Int) throws(Fault) {
    let (total, overflow) = count.multipliedReportingOverflow(by: bytes)
    guard !overflow, total <= limit else { throw .tooLarge(bytes: overflow ? Int.max : total, limit: limit) }
  }

  func unsupported(_ encoding: PageEncoding) -> Fault {
    .unsupported("its values are encoded in a way that is not defined for their type, number \(encoding.rawValue)")
  }

  /// Nanoseconds of the day and the Julian day, as microseconds since 1970.
  private func timestamps(_ bytes: [UInt8]) throws(Fault) -> [Int64] {
    try array { (output: UnsafeMutablePointer<Int64>) throws(Fault) in
      for row in 0..<self.rows {
        let (nanoseconds, day): (Int64, UInt32) = bytes.withUnsafeBytes {
          (
            Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 12 * row, as: Int64.self)),
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 12 * row + 8, as: UInt32.self))
          )
        }
        // A null is all zeros. Up to this day no sum overflows.
        let isNull = day == 0 && nanoseconds == 0
        guard day < 100_000_000 else { throw .damaged("a timestamp is on Julian day \(day)") }
        let microseconds = nanoseconds / 1_000 - (nanoseconds % 1_000 < 0 ? 1 : 0)
        output[row] = isNull ? 0 : (Int64(day) - 2_440_588) * 86_400_000_000 + microseconds
      }
    }
  }
}

/// A page with its place in the chunk.
struct DecodablePage {
  let count: Int
  let encoding: PageEncoding
  let values: ByteCursor
  /// Its first row.
  let row: Int
  /// Rows that are not null.
  let present: Int
  /// 1 for each row that is not null; nil where none is.
  let flags: UnsafePointer<UInt8>?

  init(_ page: DataPage, row: Int, present: Int, flags: UnsafePointer<UInt8>?) {
    (count, encoding, values) = (page.count, page.encoding, page.values)
    (self.row, self.present, self.flags) = (row, present, flags)
  }

  /// Moves the values at the front of `rows` to the rows that are not null; the others become 0.
  @inline(__always)
  func spread<Word: FixedWidthInteger>(_ rows: UnsafeMutablePointer<Word>) {
    guard let flags else { return }
    var left = present
    var i = count
    while i > left {
      i &-= 1
      let flag = Int(flags[i])
      left &-= flag
      // Where nothing is left, the first value is read and masked.
      rows[i] = rows[left] & (0 &- Word(truncatingIfNeeded: flag))
    }
  }
}
