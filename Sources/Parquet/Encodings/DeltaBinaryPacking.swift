import Formats

/// DELTA_BINARY_PACKED: whole numbers as their differences, in blocks of miniblocks of a few bits a difference.
enum DeltaBinaryPacking {
  /// Decodes numbers, of which there have to be `count`. Sums wrap, as the format has it.
  static func decode<Word: FixedWidthInteger & UnsignedInteger>(
    _ cursor: inout ByteCursor, count: Int, into numbers: UnsafeMutablePointer<Word>
  ) throws(Fault) {
    let (block, miniblocks, total) = (try cursor.size(), try cursor.size(), try cursor.size())
    let first = try cursor.zigzag()
    guard total == count else { throw .damaged("a page of differences has \(total) values instead of \(count)") }
    guard block > 0, block <= 1 << 24, miniblocks > 0, block % miniblocks == 0, block / miniblocks % 8 == 0 else {
      throw .damaged("a block of \(block) differences in \(miniblocks) parts")
    }
    if count == 0 { return }
    let size = block / miniblocks
    var last = Word(truncatingIfNeeded: first)
    numbers[0] = last
    var done = 1
    while done < count {
      let least = Word(truncatingIfNeeded: try cursor.zigzag())
      let widths = try cursor.take(miniblocks)
      for i in 0..<miniblocks where done < count {
        let width = Int(widths.load(fromByteOffset: i, as: UInt8.self))
        guard width <= 64 else { throw .damaged("differences of \(width) bits") }
        let used = min(size, count - done)
        let needed = BitPacking.bytes(used, width: width)
        let bytes = try cursor.take(max(needed, min(size / 8 * width, cursor.count)))
        let mask = width == 64 ? ~0 : (UInt64(1) << UInt64(width)) &- 1
        var bit = 0
        for j in done..<done + used {
          let delta = BitPacking.number(bytes, bit: bit, mask: mask, isWide: width > 56)
          last = last &+ least &+ Word(truncatingIfNeeded: delta)
          numbers[j] = last
          bit &+= width
        }
        done += used
      }
    }
  }

  private static let block = 128
  private static let miniblocks = 4

  /// About how many bytes `encode` appends; some number above `limit` where that is exceeded.
  static func size<Word: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Word>, count: Int, limit: Int
  ) -> Int {
    var size = 24
    var start = 1
    while start < count && size <= limit {
      let end = min(count, start + block)
      let least = leastDifference(numbers, start..<end)
      size += 10 + miniblocks
      for mini in stride(from: start, to: end, by: block / miniblocks) {
        size += width(numbers, mini..<min(end, mini + block / miniblocks), above: least) * block / miniblocks / 8
      }
      start = end
    }
    return size
  }

  static func encode<Word: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Word>, count: Int, into output: inout [UInt8]
  ) {
    for value in [block, miniblocks, count] { output.append(varint: UInt64(value)) }
    output.append(zigzag: count == 0 ? 0 : Int64(numbers[0]))
    var start = 1
    while start < count {
      let end = min(count, start + block)
      let least = leastDifference(numbers, start..<end)
      output.append(zigzag: Int64(least))
      let parts = (0..<miniblocks).map { part in
        min(end, start + part * block / miniblocks)..<min(end, start + (part + 1) * block / miniblocks)
      }
      let widths = parts.map { width(numbers, $0, above: least) }
      output.append(contentsOf: widths.map { UInt8($0) })
      for (part, width) in zip(parts, widths) where !part.isEmpty {
        let offset = output.count
        output.append(contentsOf: repeatElement(0, count: width * block / miniblocks / 8))
        output.withUnsafeMutableBytes { bytes in
          if width == 0 { return }
          var packer = BitPacker(bytes.baseAddress! + offset, width: width)
          for i in part { packer.append(UInt64(difference(numbers, i, above: least))) }
          packer.finish()
        }
      }
      start = end
    }
  }

  @inline(__always)
  private static func difference<Word: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Word>, _ i: Int, above least: Word
  ) -> Word.Magnitude {
    Word.Magnitude(truncatingIfNeeded: numbers[i] &- numbers[i - 1] &- least)
  }

  private static func leastDifference<Word: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Word>, _ range: Range<Int>
  ) -> Word {
    var least = Word.max
    for i in range { least = min(least, numbers[i] &- numbers[i - 1]) }
    return least
  }

  private static func width<Word: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Word>, _ range: Range<Int>, above least: Word
  ) -> Int {
    var bits: Word.Magnitude = 0
    for i in range { bits |= difference(numbers, i, above: least) }
    return Word.Magnitude.bitWidth - bits.leadingZeroBitCount
  }
}
