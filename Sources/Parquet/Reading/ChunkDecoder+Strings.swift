/// Strings of bytes of any length.
extension ChunkDecoder {
  /// `first`: a page that was read already.
  func strings(from first: DecodablePage? = nil) throws(Fault) -> ByteStrings {
    try check(rows + 1, of: MemoryLayout<Int>.size)
    var read = first
    var bytes: [UInt8] = []
    let offsets: [Int] = try array(count: rows + 1) { (offsets: UnsafeMutablePointer<Int>) throws(Fault) in
      offsets[0] = 0
      var dictionary: StringDictionary?
      while let page = try self.nextPage(unless: &read) {
        let ends = offsets + page.row + 1
        if page.present > 0 {
          if page.encoding == .dictionary || page.encoding == .plainDictionary, dictionary == nil {
            guard let found = self.pages.dictionary else { throw Self.noDictionary }
            dictionary = try StringDictionary(found.values, count: found.count)
          }
          if bytes.isEmpty { bytes.reserveCapacity(min(self.estimate(page, dictionary), self.limit)) }
          try self.append(page, dictionary, to: &bytes, ends: ends)
        }
        page.spreadEnds(ends)
      }
    }
    return ByteStrings(trusted: bytes, offsets: offsets)
  }

  /// The bytes of the whole chunk, were it like its first page. Reserving is no use of memory yet.
  private func estimate(_ page: DecodablePage, _ dictionary: StringDictionary?) -> Int {
    let pageBytes = dictionary.map { $0.averageLength * Double(page.present) } ?? Double(page.values.count)
    return Int(min(1e9, pageBytes * Double(rows) / Double(max(page.count, 1)) * 1.1)) + 64
  }

  /// Appends the values of a page, one after the other, and writes where each ends.
  private func append(
    _ page: DecodablePage, _ dictionary: StringDictionary?, to bytes: inout [UInt8], ends: UnsafeMutablePointer<Int>
  ) throws(Fault) {
    var cursor = page.values
    switch page.encoding {
    case .plain: try appendPlain(&cursor, count: page.present, to: &bytes, ends: ends)
    case .dictionary, .plainDictionary:
      let indices = try indices(cursor, count: page.present, size: dictionary!.count)
      try append(indices, count: page.present, dictionary!, to: &bytes, ends: ends)
    case .deltaLengthByteArray:
      let (lengths, total) = try self.lengths(&cursor, count: page.present, scratch)
      let source = try cursor.take(total)
      var end = bytes.count
      for i in 0..<page.present {
        end += Int(lengths[i])
        ends[i] = end
      }
      try checkBytes(bytes.count, adding: total)
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: source, count: total))
    case .deltaByteArray: try appendPrefixed(&cursor, count: page.present, to: &bytes, ends: ends)
    default: throw unsupported(page.encoding)
    }
  }

  /// Room for copies of sixteen bytes that reach beyond the last value.
  private static var slack: Int { 16 }

  private func checkBytes(_ count: Int, adding added: Int) throws(Fault) {
    guard added <= limit - count else { throw .tooLarge(bytes: count &+ added, limit: limit) }
  }

  func appendPlain(
    _ cursor: inout ByteCursor, count: Int, to bytes: inout [UInt8], ends: UnsafeMutablePointer<Int>
  ) throws(Fault) {
    let total = cursor.count - 4 * count
    guard total >= 0 else { throw .truncated }
    let start = bytes.count
    try checkBytes(start, adding: total)
    bytes.append(contentsOf: repeatElement(0, count: total + Self.slack))
    let end = cursor.end
    let written = bytes.withUnsafeMutableBytes { output -> Int? in
      let base = output.baseAddress!
      var (source, at) = (cursor.position, start)
      for i in 0..<count {
        guard end - source >= 4 else { return nil }
        let length = Int(UInt32(littleEndian: source.loadUnaligned(as: UInt32.self)))
        source += 4
        // All that follows has its own four bytes, which keeps the copies within what was reserved.
        guard length <= end - source - 4 * (count - 1 - i) else { return nil }
        copyShort(base + at, source, length)
        source += length
        at += length
        ends[i] = at
      }
      return at
    }
    guard let written else { throw .truncated }
    bytes.removeLast(bytes.count - written)
  }

  private func append(
    _ indices: UnsafePointer<UInt32>, count: Int, _ dictionary: StringDictionary, to bytes: inout [UInt8],
    ends: UnsafeMutablePointer<Int>
  ) throws(Fault) {
    let start = bytes.count
    let spans = dictionary.spans.start.assumingMemoryBound(to: StringDictionary.Span.self)
    var total = 0
    // Of 2^31 values at most, each below 2^31: no overflow.
    for i in 0..<count { total &+= Int(spans[Int(indices[i])].length) }
    try checkBytes(start, adding: total)
    bytes.append(contentsOf: repeatElement(0, count: total + Self.slack))
    bytes.withUnsafeMutableBytes { output in
      let base = output.baseAddress!
      var at = start
      for i in 0..<count {
        let span = spans[Int(indices[i])]
        copyShort(base + at, dictionary.bytes + Int(span.offset), Int(span.length))
        at &+= Int(span.length)
        ends[i] = at
      }
    }
    bytes.removeLast(Self.slack)
  }

  /// Lengths of strings in DELTA_BINARY_PACKED, and their sum.
  func lengths(
    _ cursor: inout ByteCursor, count: Int, _ scratch: PaddedBytes
  ) throws(Fault) -> (UnsafePointer<UInt64>, total: Int) {
    let lengths = scratch.words(UInt64.self, count: count)
    try DeltaBinaryPacking.decode(&cursor, count: count, into: lengths)
    var total = 0
    for i in 0..<count {
      guard lengths[i] <= UInt64(Int32.max) else { throw .damaged("a string has no length") }
      total += Int(lengths[i])
    }
    return (UnsafePointer(lengths), total)
  }

  /// DELTA_BYTE_ARRAY: each value begins as the one before it does.
  func appendPrefixed(
    _ cursor: inout ByteCursor, count: Int, to bytes: inout [UInt8], ends: UnsafeMutablePointer<Int>
  ) throws(Fault) {
    let (prefixes, prefixTotal) = try lengths(&cursor, count: count, scratch)
    let (suffixes, suffixTotal) = try lengths(&cursor, count: count, secondScratch)
    let source = try cursor.take(suffixTotal)
    let start = bytes.count
    try checkBytes(start, adding: prefixTotal + suffixTotal)
    bytes.append(contentsOf: repeatElement(0, count: prefixTotal + suffixTotal + Self.slack))
    let isSound = bytes.withUnsafeMutableBytes { output -> Bool in
      let base = output.baseAddress!
      var (at, read, previous, previousLength) = (start, source, start, 0)
      for i in 0..<count {
        let (prefix, suffix) = (Int(prefixes[i]), Int(suffixes[i]))
        guard prefix <= previousLength else { return false }
        (base + at).copyMemory(from: base + previous, byteCount: prefix)
        (base + at + prefix).copyMemory(from: read, byteCount: suffix)
        read += suffix
        (previous, previousLength) = (at, prefix + suffix)
        at += previousLength
        ends[i] = at
      }
      return true
    }
    guard isSound else { throw .damaged("a string shares more with the one before it than that has") }
    bytes.removeLast(Self.slack)
  }
}

/// Copies a few bytes; up to 15 more may be read and written.
@inline(__always)
func copyShort(_ output: UnsafeMutableRawPointer, _ source: UnsafeRawPointer, _ count: Int) {
  if count <= 16 {
    output.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
  } else {
    output.copyMemory(from: source, byteCount: count)
  }
}

/// The values of a dictionary of strings.
struct StringDictionary {
  struct Span {
    var offset: UInt32
    var length: UInt32
  }

  /// Where each value is in the dictionary's page.
  let spans: PaddedBytes
  let bytes: UnsafeRawPointer
  let count: Int
  let averageLength: Double

  /// A page has fewer than 2^31 bytes.
  init(_ values: ByteCursor, count: Int) throws(Fault) {
    guard count <= values.count / 4 else { throw .truncated }
    (bytes, self.count) = (values.position, count)
    averageLength = Double(values.count - 4 * count) / Double(max(count, 1))
    spans = PaddedBytes()
    let spans = spans.words(Span.self, count: count)
    var cursor = values
    for i in 0..<count {
      let length = try cursor.word32()
      spans[i] = Span(offset: UInt32(truncatingIfNeeded: cursor.position - bytes), length: length)
      _ = try cursor.take(Int(length))
    }
  }
}

extension DecodablePage {
  /// Moves the ends of values at the front to the rows that are not null; the others end where the value before does.
  func spreadEnds(_ ends: UnsafeMutablePointer<Int>) {
    guard let flags else { return }
    var left = present
    for i in stride(from: count - 1, through: 0, by: -1) {
      ends[i] = ends[left - 1]
      left &-= Int(flags[i])
    }
  }
}
