import Formats

/// The different ones among many strings, in the order of their first place.
struct StringDictionaryBuilder {
  /// The dictionary, each string after its length in four bytes: PLAIN.
  private(set) var plain: [UInt8] = []
  /// Which of the strings each of the dictionary is the first of.
  private(set) var places: [UInt32] = []
  var count: Int { places.count }

  /// Replaces each string by its place in the dictionary. nil where a dictionary would not pay.
  init?(_ strings: StringRows, indices: UnsafeMutablePointer<UInt32>) {
    var table = HashTable(capacity: 1 << 12)
    var hashes: [UInt64] = []
    var firsts: [(start: Int, length: Int)] = []
    var found: [UInt32] = []
    var size = 0
    let total = strings.count
    for start in stride(from: 0, to: total, by: DictionaryPolicy.block) {
      let end = min(total, start + DictionaryPolicy.block)
      table.reserve(firsts.count + end - start) { hashes[Int($0)] }
      let (shift, mask) = (table.shift, table.mask)
      table.slots.withUnsafeMutableBufferPointer { slots in
        for i in start..<end {
          let (at, length) = strings.span(i)
          let hash = Self.hash(strings.bytes + at, length)
          var slot = Int(truncatingIfNeeded: hash &>> shift)
          while true {
            let index = slots[slot]
            if index < 0 {
              slots[slot] = Int32(truncatingIfNeeded: firsts.count)
              indices[i] = UInt32(truncatingIfNeeded: firsts.count)
              firsts.append((at, length))
              found.append(UInt32(truncatingIfNeeded: i))
              hashes.append(hash)
              size += length + 4
              break
            }
            let first = firsts[Int(index)]
            if hashes[Int(index)] == hash && first.length == length
              && equal(strings.bytes + first.start, strings.bytes + at, length)
            {
              indices[i] = UInt32(bitPattern: index)
              break
            }
            slot = (slot &+ 1) & mask
          }
        }
      }
      if !DictionaryPolicy.goesOn(firsts.count, of: end, bytes: size) { return nil }
    }
    guard
      DictionaryPolicy.pays(
        firsts.count, of: total, dictionaryBytes: size, plainBytes: strings.byteCount + 4 * total)
    else { return nil }
    places = found
    plain.reserveCapacity(size)
    for (at, length) in firsts {
      plain.append(littleEndian: UInt32(length))
      plain.append(contentsOf: UnsafeRawBufferPointer(start: strings.bytes + at, count: length))
    }
  }

  /// Of eight bytes at a time.
  @inline(__always)
  private static func hash(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = UInt64(count) &* factor
    var at = 0
    while at &+ 8 <= count {
      hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at &+= 8
    }
    if at < count {
      var tail: UInt64 = 0
      if count >= 8 {
        tail = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      } else {
        while at < count {
          tail = tail &<< 8 | UInt64(bytes.load(fromByteOffset: at, as: UInt8.self))
          at &+= 1
        }
      }
      hash = mixed(hash ^ tail)
    }
    return hash &* factor
  }

  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xBF58_476D_1CE4_E5B9)
    return product.high ^ product.low
  }
}

/// Whether two stretches of bytes are equal.
@inline(__always)
private func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
  var at = 0
  while at &+ 8 <= count {
    if a.loadUnaligned(fromByteOffset: at, as: UInt64.self) != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) {
      return false
    }
    at &+= 8
  }
  while at < count {
    if a.load(fromByteOffset: at, as: UInt8.self) != b.load(fromByteOffset: at, as: UInt8.self) { return false }
    at &+= 1
  }
  return true
}

/// Strings at some rows of a column: those of a range that are not null.
struct StringRows {
  let bytes: UnsafeRawPointer
  /// Of the column's first row.
  let offsets: UnsafePointer<Int>
  /// The rows; nil where they are all of the range.
  let rows: UnsafePointer<UInt32>?
  let range: Range<Int>
  /// How many strings there are.
  let count: Int

  @inline(__always)
  func span(_ i: Int) -> (start: Int, length: Int) {
    let row = rows.map { Int($0[i]) } ?? i
    let start = offsets[range.lowerBound &+ row]
    return (start, offsets[range.lowerBound &+ row &+ 1] &- start)
  }

  /// Of all rows of the range.
  var byteCount: Int { offsets[range.upperBound] - offsets[range.lowerBound] }
}
