/// Strings of bytes, one after the other.
package struct ByteStrings: Hashable, Sendable {
  package internal(set) var bytes: [UInt8]
  /// Where each string begins in `bytes`, and where the last one ends: ascending, one more than there are strings.
  package internal(set) var offsets: [Int]

  package init() { (bytes, offsets) = ([], [0]) }

  /// Traps unless the offsets ascend from 0 to the number of bytes.
  package init(bytes: [UInt8], offsets: [Int]) {
    precondition(offsets.first == 0 && offsets.last == bytes.count, "the offsets do not span the bytes")
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy(<=), "the offsets do not ascend")
    self.init(trusted: bytes, offsets: offsets)
  }

  init(trusted bytes: [UInt8], offsets: [Int]) {
    self.bytes = bytes
    self.offsets = offsets
  }

  package init(_ strings: some Sequence<String>) {
    self.init()
    for string in strings { append(string.utf8) }
  }

  package var count: Int { offsets.count - 1 }

  package subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

  /// Invalid UTF-8 is repaired.
  package func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  package mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    offsets.append(bytes.count)
  }

  mutating func append(_ other: ByteStrings, rows: Range<Int>) {
    let shift = bytes.count - other.offsets[rows.lowerBound]
    bytes.append(contentsOf: other.bytes[other.offsets[rows.lowerBound]..<other.offsets[rows.upperBound]])
    offsets.append(contentsOf: other.offsets[(rows.lowerBound + 1)..<(rows.upperBound + 1)].lazy.map { $0 + shift })
  }
}
