import Randomness

@testable import Parquet

/// Columns of every type, of seeded values.
struct ExampleColumns {
  private var random: CounterGenerator
  let count: Int

  init(count: Int, seed: UInt64 = 5) {
    self.count = count
    random = CounterGenerator(SeedSequence(seed))
  }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  static func all(count: Int, seed: UInt64 = 5) -> [(ColumnSchema, ColumnData)] {
    var examples = ExampleColumns(count: count, seed: seed)
    return examples.make()
  }

  private mutating func make() -> [(ColumnSchema, ColumnData)] {
    var columns: [(ColumnSchema, ColumnData)] = []
    func add(_ name: String, _ type: ColumnType, _ values: ColumnData.Values, _ validity: [Bool]? = nil) {
      var data = ColumnData(values, validity: validity)
      data.clearNulls()
      columns.append((ColumnSchema(name, type, isOptional: validity != nil || name.hasSuffix("?")), data))
    }
    let rows = 0..<count
    let odd: [Double] = [0, -0.0, .infinity, -.infinity, 1e300, -1e-300]
    add("flags", .boolean, .booleans(rows.map { _ in below(2) == 0 }))
    add("flags with nulls", .boolean, .booleans(rows.map { $0 % 3 == 0 }), holes(4))
    add("few", .int32, .int32s(rows.map { Int32($0 / 50) }), holes(9))
    add("any", .int32, .int32s(rows.map { _ in Int32(truncatingIfNeeded: random.next()) }))
    add("ascending", .int64, .int64s(rows.map { Int64($0) * 3 - 1_000 + Int64(below(3)) }))
    add("ascending with nulls", .timestamp(.microseconds, isUTC: true), .int64s(rows.map { Int64($0) << 33 }), holes(5))
    add("any long?", .int64, .int64s(rows.map { _ in Int64(bitPattern: random.next()) }))
    add("small", .integer(bits: 8, isSigned: true), .int32s(rows.map { _ in Int32(below(256) - 128) }), holes(2))
    add("unsigned", .integer(bits: 64, isSigned: false), .int64s(rows.map { _ in Int64(bitPattern: random.next()) }))
    add("floats", .float, .floats(rows.map { $0 < 6 ? Float(odd[$0]) : Float(below(1_000)) / 7 }), holes(3))
    add("doubles", .double, .doubles(rows.map { $0 < 6 ? odd[$0] : Double(below(1 << 40)) / 7 }))
    add("days", .date, .int32s(rows.map { Int32($0 * 7 % 1_000) }), holes(8))
    add("time", .time(.nanoseconds, isUTC: false), .int64s(rows.map { Int64($0) * 1_000_001 }))
    add("price", ColumnType(.int64, .decimal(precision: 12, scale: 2)), .int64s(rows.map { _ in Int64(below(10_000)) }))
    let words = ["", "a", "Ürümqi", "0123456789abcdef", "0123456789abcdefg", "𝔘"]
    add("words", .string, .strings(ByteStrings(rows.map { _ in words[below(6)] })), holes(6))
    add("texts", .string, .strings(ByteStrings(rows.map { "row \($0)" + String(repeating: "x", count: below(40)) })))
    add("all null", .string, .strings(ByteStrings(rows.map { _ in "" })), rows.map { _ in false })
    add("one", .string, .strings(ByteStrings(rows.map { _ in "the same" })))
    add("json", ColumnType(.byteArray, .json), .strings(ByteStrings(rows.map { "{\"i\":\($0 % 4)}" })), holes(7))
    add("bytes", .bytes, .strings(Self.bytes(rows.map { _ in (0..<below(5)).map { _ in UInt8(below(256)) } })))
    add("ids", .uuid, .fixed(rows.flatMap { _ in (0..<16).map { _ in UInt8(below(256)) } }, length: 16), holes(3))
    return columns
  }

  private static func bytes(_ strings: [[UInt8]]) -> ByteStrings {
    var all = ByteStrings()
    for string in strings { all.append(string) }
    return all
  }

  /// Runs of values and of nulls, and both in turn.
  private mutating func holes(_ step: Int) -> [Bool] {
    (0..<count).map { $0 % 100 < 30 || $0 % 100 < 80 && below(step) > 0 }
  }
}

extension ColumnData {
  /// As a reader has them: nulls are zeros.
  mutating func clearNulls() {
    guard let validity else { return }
    func cleared<Value>(_ values: [Value], _ zero: Value) -> [Value] {
      zip(values, validity).map { $1 ? $0 : zero }
    }
    switch values {
    case .booleans(let old): values = .booleans(cleared(old, false))
    case .int32s(let old): values = .int32s(cleared(old, 0))
    case .int64s(let old): values = .int64s(cleared(old, 0))
    case .floats(let old): values = .floats(cleared(old, 0))
    case .doubles(let old): values = .doubles(cleared(old, 0))
    case .fixed(let bytes, let length):
      values = .fixed(bytes.indices.map { validity[$0 / length] ? bytes[$0] : 0 }, length: length)
    case .strings(let strings):
      var kept = ByteStrings()
      for row in validity.indices { kept.append(validity[row] ? Array(strings[row]) : []) }
      values = .strings(kept)
    case .indexed: self = expanded
    }
  }
}

extension ParquetOptions {
  /// One of each kind: codecs, versions, encodings, sizes.
  static let examples: [ParquetOptions] = {
    var all: [ParquetOptions] = []
    let codecs: [Compression] = [.none, .snappy, .gzip(level: 6), .zstd(level: 3)]
    for compression in codecs {
      for version in 1...2 {
        for hasDictionaries in [true, false] {
          var options = ParquetOptions()
          options.compression = compression
          options.pageVersion = version
          options.hasDictionaries = hasDictionaries
          options.hasDifferences = version == 1 || hasDictionaries
          options.hasChecksums = hasDictionaries
          options.rowsPerPage = 300
          options.bytesPerPage = version == 1 ? 1 << 20 : 1 << 10
          options.rowsPerGroup = 700
          all.append(options)
        }
      }
    }
    return all + [ParquetOptions()]
  }()
}
