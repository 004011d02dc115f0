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
    // Words are compared beyond their ends.
    var padded = [UInt8](repeating: 0, count: bytes.count + 2 * Self.margin)
    padded.withUnsafeMutableBufferPointer { room in
      _ = UnsafeMutableBufferPointer(rebasing: room[Self.margin...]).update(fromContentsOf: bytes)
    }
    codes.reserveCapacity(codes.count + offsets.count - 1)
    padded.withUnsafeBufferPointer { all in
      for row in 0..<offsets.count - 1 {
        let (start, end) = (offsets[row], offsets[row + 1])
        precondition(0 <= start && start <= end && end <= bytes.count, "the offsets do not fit the bytes")
        if start == end || validity?[row] == false {
          codes.append(-1)
        } else {
          codes.append(code(of: ValueParsing.Bytes(rebasing: all[Self.margin + start..<Self.margin + end])))
        }
      }
    }
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
