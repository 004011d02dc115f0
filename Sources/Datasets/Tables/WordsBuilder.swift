import CKernels
import Formats

/// Makes ``Words`` of strings that come as bytes, a part of the rows at a time.
///
///     var builder = WordsBuilder(rows: 3)
///     builder.append(Array("abc".utf8), offsets: [0, 1, 2, 3], validity: nil)
///     print(builder.finished().levels)  // ["a", "b", "c"]
package struct WordsBuilder {
  private let list = WordList()
  private var codes: [Int32] = []

  /// `rows`: how many there will be.
  package init(rows: Int = 0) { codes.reserveCapacity(rows) }

  /// Takes the strings between the offsets, of which there is one more. An empty one is a missing value, as is one that is
  /// not valid by `validity`; invalid UTF-8 is repaired. Traps where the offsets do not fit the bytes.
  package mutating func append(_ bytes: [UInt8], offsets: [Int], validity: [Bool]?) {
    precondition(
      offsets.first ?? 0 >= 0 && offsets.last ?? 0 <= bytes.count && zip(offsets, offsets.dropFirst()).allSatisfy(<=),
      "the offsets do not fit the bytes")
    let spans = (0..<offsets.count - 1).map { row in
      offsets[row]..<(validity?[row] ?? true ? offsets[row + 1] : offsets[row])
    }
    codes += codes(of: spans, in: bytes)
  }

  /// Takes strings that are kept once, of which each row has the one at its index; only those that a row has count.
  package mutating func append(_ bytes: [UInt8], offsets: [Int], indices: [UInt32], validity: [Bool]?) {
    var places = [Int32](repeating: -1, count: offsets.count - 1)
    var used: [Range<Int>] = []
    let first = codes.count
    codes.reserveCapacity(first + indices.count)
    for row in indices.indices {
      if let validity, !validity[row] {
        codes.append(-1)
        continue
      }
      let index = Int(indices[row])
      if places[index] < 0 {
        places[index] = Int32(used.count)
        used.append(offsets[index]..<offsets[index + 1])
      }
      codes.append(places[index])
    }
    let found = codes(of: used, in: bytes)
    for row in first..<codes.count where codes[row] >= 0 { codes[row] = found[Int(codes[row])] }
  }

  /// The numbers of words, -1 for an empty one.
  private func codes(of spans: [Range<Int>], in bytes: [UInt8]) -> [Int32] {
    // Words are compared beyond their ends.
    let padded = [UInt8](unsafeUninitializedCapacity: bytes.count + 2 * Self.margin) { room, count in
      count = room.count
      room.update(repeating: 0)
      _ = UnsafeMutableBufferPointer(rebasing: room[Self.margin...]).update(fromContentsOf: bytes)
    }
    return padded.withUnsafeBufferPointer { all in
      if bytes.count <= UInt32.max, Self.areTexts(spans, bytes) { return codes(ofTexts: spans, all) }
      return spans.map { span in
        if span.isEmpty { return -1 }
        return code(
          of: ValueParsing.Bytes(rebasing: all[Self.margin + span.lowerBound..<Self.margin + span.upperBound]))
      }
    }
  }

  /// Each of them is valid UTF-8, as far as is seen at once.
  private static func areTexts(_ spans: [Range<Int>], _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      func isInside(_ place: Int) -> Bool { place < bytes.count && bytes[place] & 0xC0 == 0x80 }
      // None begins or ends inside of a character.
      return UTF8Check.count(bytes, isWhole: true).unsound == 0
        && spans.allSatisfy { !isInside($0.lowerBound) && !isInside($0.upperBound) }
    }
  }

  private func codes(ofTexts spans: [Range<Int>], _ padded: UnsafeBufferPointer<UInt8>) -> [Int32] {
    let fields = spans.map { RLField(start: UInt32($0.lowerBound), end: UInt32($0.upperBound)) }
    let bytes = padded.baseAddress! + Self.margin
    return [Int32](unsafeUninitializedCapacity: fields.count) { room, count in
      while count < fields.count {
        count += list.read(bytes, fields, from: count, into: room.baseAddress! + count)
        if count < fields.count { list.makeRoom(for: spans[count].count, expected: expected(count)) }
      }
    }
  }

  /// How many words there may be, from those of the rows so far.
  private func expected(_ more: Int) -> Int {
    let rows = codes.count + more
    return list.count < 4096 ? 0 : Int(1.02 * Double(max(codes.capacity, rows)) * Double(list.count) / Double(rows))
  }

  /// Numbers as words, whole ones without decimals; NaN is a missing value.
  package mutating func append(_ numbers: [Double]) {
    for number in numbers { append(number.isNaN ? nil : number.plain) }
  }

  /// nil and an empty string are missing values.
  package mutating func append(_ text: String?) {
    guard let text, !text.isEmpty else { return codes.append(-1) }
    let bytes = Array(text.utf8)
    append(bytes, offsets: [0, bytes.count], validity: nil)
  }

  private func code(of bytes: ValueParsing.Bytes) -> Int32 {
    if let code = list.code(of: bytes) { return code }
    let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
    let padded = [UInt8](repeating: 0, count: Self.margin) + repaired + [UInt8](repeating: 0, count: Self.margin)
    return padded.withUnsafeBufferPointer {
      list.code(of: ValueParsing.Bytes(rebasing: $0[Self.margin..<Self.margin + repaired.count]))!
    }
  }

  private static let margin = 64

  /// The words so far; the builder takes no more.
  package func finished() -> Words {
    list.forgetPlaces()
    return Words(list, codes)
  }
}

extension Words {
  /// The strings of some rows one after another, where each begins and the last ends, and which have one; nil where all have.
  package func utf8(_ rows: Range<Int>) -> (bytes: [UInt8], offsets: [Int], validity: [Bool]?) {
    var bytes: [UInt8] = []
    var offsets = [0]
    offsets.reserveCapacity(rows.count + 1)
    for row in rows {
      if codes[row] >= 0 { list.withBytes(of: Int(codes[row])) { bytes.append(contentsOf: $0) } }
      offsets.append(bytes.count)
    }
    return (bytes, offsets, codes[rows].contains { $0 < 0 } ? codes[rows].map { $0 >= 0 } : nil)
  }
}

extension Words {
  /// Numbers if all of them are plain ones, categories if they repeat, texts else: as a column of a file would be found.
  package var asFound: Column {
    let numbers = list.indices.map { list.withBytes(of: $0) { ValueParsing.number($0) } }
    if !numbers.isEmpty, !numbers.contains(nil) {
      return .numbers(codes.map { $0 < 0 ? .nan : numbers[Int($0)]! })
    }
    let present = codes.count { $0 >= 0 }
    return ColumnBuilder.repeats(list.count, of: present) ? .categories(self) : .texts(self)
  }
}
