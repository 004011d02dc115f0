import CKernels
import Glibc
import Synchronization

/// Different strings, numbered in the order in which they came, and kept as bytes one after another.
///
/// It grows while a column is read; from then on, when others may have it, it stays as it is.
final class WordList: @unchecked Sendable {
  private var words = RLWords()
  private let strings = Mutex<[String]?>(nil)
  /// What may be read, and is not used, in front of the bytes and behind them.
  private static let margin = 64

  init() {}

  /// Of words that need not differ.
  init(_ levels: [String]) {
    for level in levels {
      var level = level
      level.withUTF8 { append($0) }
    }
  }

  deinit {
    forgetPlaces()
    free(words.ends)
    if let bytes = words.bytes { free(bytes - Self.margin) }
  }

  var count: Int { words.count }
  var indices: Range<Int> { 0..<words.count }

  subscript(code: Int) -> String { withBytes(of: code) { String(decoding: $0, as: UTF8.self) } }

  /// All of them; made once.
  var all: [String] {
    strings.withLock { strings in
      if let strings { return strings }
      let all = indices.map { self[$0] }
      strings = all
      return all
    }
  }

  /// The bytes of a word.
  func withBytes<Result>(of code: Int, _ body: (ValueParsing.Bytes) -> Result) -> Result {
    precondition(indices.contains(code), "there is no word \(code)")
    let start = code == 0 ? 0 : words.ends[code - 1]
    return body(ValueParsing.Bytes(start: words.bytes + start, count: words.ends[code] - start))
  }

  /// The bytes of all words one after another, and where each ends.
  func withAll<Result>(_ body: (UnsafePointer<UInt8>?, UnsafeBufferPointer<Int>) -> Result) -> Result {
    body(words.bytes.map { UnsafePointer($0) }, UnsafeBufferPointer(start: words.ends, count: words.count))
  }

  // MARK: Growing

  /// The number of a word in a lexer's buffer; nil where it is new and not valid UTF-8.
  func code(of word: ValueParsing.Bytes) -> Int32? {
    makeRoom(for: word.count)
    var field = RLField(start: 0, end: UInt32(word.count))
    var (code, empty): (Int32, Int) = (-1, 0)
    if rl_csv_words(word.baseAddress, &field, 1, 1, &words, 0, 1, &code, &empty) == 1 { return code }
    guard UTF8Check.count(word, isWhole: true).unsound == 0 else { return nil }
    _ = rl_csv_words(word.baseAddress, &field, 1, 1, &words, .max, 1, &code, &empty)
    return code
  }

  /// Reads rows into the column's `codes` until a word is new and blank, or new and there are `most` already, or there is no
  /// room; returns how many. A new one has to be valid UTF-8.
  func read(_ fields: FieldColumn, _ rows: Range<Int>, most: Int, empty: inout Int) -> Int {
    if words.room == 0 { makeRoom(for: 0) }
    return rl_csv_words(
      fields.buffer, fields.fields + rows.lowerBound * fields.stride, fields.stride, rows.count, &words, most, 0,
      fields.codes, &empty)
  }

  /// The codes of fields from one of them on until there is no room; returns how many. Each is valid UTF-8.
  func read(
    _ bytes: UnsafePointer<UInt8>, _ fields: [RLField], from first: Int, into codes: UnsafeMutablePointer<Int32>
  ) -> Int {
    if words.room == 0 { makeRoom(for: 0) }
    var empty = 0
    return fields.withUnsafeBufferPointer {
      rl_csv_words(bytes, $0.baseAddress! + first, 1, $0.count - first, &words, .max, 1, codes, &empty)
    }
  }

  /// Makes room for one more word; for `expected` where it has to grow anyway.
  func makeRoom(for bytes: Int, expected: Int = 0) {
    if words.count == words.room {
      forgetPlaces()
      growEnds(max(64, 4 * words.room, expected))
      var places = 128
      while places < 2 * words.room { places *= 2 }
      words.slots = Self.zeros(places * MemoryLayout<RLWordSlot>.stride).assumingMemoryBound(to: RLWordSlot.self)
      words.mask = places - 1
      rl_csv_index(&words)
    }
    growBytes(bytes)
  }

  /// In pages of 2 MB where the system has such: a table is looked up at random, and each lookup would want another page.
  private static func zeros(_ count: Int) -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    let page = 2 << 20
    if count >= page, posix_memalign(&memory, page, count) == 0 { madvise(memory, count, MADV_HUGEPAGE) }
    let zeros = memory ?? malloc(count)!
    memset(zeros, 0, count)
    return zeros
  }

  /// No more words are looked up.
  func forgetPlaces() {
    free(words.slots)
    words.slots = nil
  }

  private func append(_ word: ValueParsing.Bytes) {
    if words.count == words.room { growEnds(max(64, 2 * words.room)) }
    growBytes(word.count)
    let start = words.count == 0 ? 0 : words.ends[words.count - 1]
    if let base = word.baseAddress { (words.bytes + start).update(from: base, count: word.count) }
    words.ends[words.count] = start + word.count
    words.count += 1
  }

  private func growEnds(_ room: Int) {
    words.ends = realloc(words.ends, room * MemoryLayout<Int>.stride)!.assumingMemoryBound(to: Int.self)
    words.room = room
  }

  private func growBytes(_ count: Int) {
    let used = words.count == 0 ? 0 : words.ends[words.count - 1]
    if words.bytes != nil, used + count <= words.byte_room { return }
    let room = max(1024, 2 * words.byte_room, 2 * count + used)
    let whole = realloc(words.bytes.map { $0 - Self.margin }, room + 2 * Self.margin)!
    words.bytes = whole.assumingMemoryBound(to: UInt8.self) + Self.margin
    words.byte_room = room
  }
}

extension WordList: Hashable {
  static func == (a: WordList, b: WordList) -> Bool {
    a === b || (a.count == b.count && a.indices.allSatisfy { a[$0] == b[$0] })
  }

  func hash(into hasher: inout Hasher) {
    // Words that are equal need not have equal bytes.
    hasher.combine(count)
  }
}
