/// How a column of a block is written; its first byte.
enum Encoding: UInt8 {
  /// Eight bytes a value, little-endian.
  case plain = 0
  /// Zigzag varints of the differences to the value before.
  case differences = 1
  /// Pairs: the difference to the value before, and how many times in a row it is the same.
  case runs = 2
  /// The first bytes of all floats, then the second bytes, …: each plane constant, as it is, or deflated.
  case planes = 3
  /// Each float's bits that differ from the float before.
  case exclusiveOr = 4
  /// The first value, then stretches of 128 differences in as many bits as their range needs.
  case packed = 5
}

extension [UInt8] {
  @inline(__always)
  mutating func appendRuns(_ count: Int, _ value: (Int) -> Int64) {
    append(Encoding.runs.rawValue)
    var (i, previous) = (0, Int64(0))
    while i < count {
      let difference = value(i) &- previous
      let start = i
      repeat {
        previous = value(i)
        i += 1
      } while i < count && value(i) &- previous == difference
      append(zigzag: difference)
      append(varint: UInt64(i - start))
    }
  }

  @inline(__always)
  mutating func appendDifferences(_ count: Int, _ value: (Int) -> Int64) {
    append(Encoding.differences.rawValue)
    var previous: Int64 = 0
    for i in 0..<count {
      append(zigzag: value(i) &- previous)
      previous = value(i)
    }
  }

  @inline(__always)
  mutating func appendPlain(_ count: Int, _ value: (Int) -> Double) {
    append(Encoding.plain.rawValue)
    let start = self.count
    append(contentsOf: repeatElement(0, count: 8 * count))
    withUnsafeMutableBytes { bytes in
      for i in 0..<count {
        bytes.storeBytes(of: value(i).bitPattern.littleEndian, toByteOffset: start + 8 * i, as: UInt64.self)
      }
    }
  }

  /// The shorter of runs and packed differences.
  mutating func appendShortest(_ values: [Int64]) {
    var packed: [UInt8] = []
    packed.appendPacked(values)
    // A run takes two bytes at least, so with too many of them it is not tried.
    var (runs, difference) = (0, Int64.min)
    values.withUnsafeBufferPointer { values in
      for i in values.indices.dropFirst() where values[i] &- values[i - 1] != difference {
        difference = values[i] &- values[i - 1]
        runs += 1
      }
    }
    guard 2 * runs <= packed.count + 2 else {
      self += packed
      return
    }
    let start = count
    appendRuns(values.count) { values[$0] }
    guard count - start > packed.count else { return }
    removeLast(count - start)
    self += packed
  }

  /// The shorter of planes and exclusive-or.
  mutating func appendShortest(_ values: [Double]) {
    var planes: [UInt8] = []
    planes.appendPlanes(values)
    if exclusiveOrSize(values) < planes.count { appendExclusiveOr(values) } else { self += planes }
  }
}

extension ByteReader {
  /// Reads a column of `count` integers of 64 bits into `column`, in place of what it held.
  mutating func integers<Word: FixedWidthInteger>(
    _ count: Int, into column: inout [Word]
  ) throws(DecodingFailure) {
    column.removeAll(keepingCapacity: true)
    column.reserveCapacity(count)
    var previous: Int64 = 0
    switch Encoding(rawValue: try byte()) {
    case .differences:
      for _ in 0..<count {
        previous &+= try zigzag()
        column.append(Word(truncatingIfNeeded: previous))
      }
    case .runs:
      while column.count < count {
        let difference = try zigzag()
        let run = try self.count()
        guard run > 0, run <= count - column.count else { throw DecodingFailure() }
        let start = column.count
        column.append(contentsOf: repeatElement(Word(truncatingIfNeeded: previous), count: run))
        if difference == 0 { continue }
        column.withUnsafeMutableBufferPointer { column in
          for i in start..<start + run {
            previous &+= difference
            column[i] = Word(truncatingIfNeeded: previous)
          }
        }
      }
    case .packed: try packed(count, into: &column)
    case .plain, .planes, .exclusiveOr, nil: throw DecodingFailure()
    }
  }

  /// Reads a column of `count` floats, bit for bit, in place of what `column` held.
  mutating func floats(_ count: Int, into column: inout [Double]) throws(DecodingFailure) {
    column.removeAll(keepingCapacity: true)
    switch Encoding(rawValue: try byte()) {
    case .plain:
      guard count <= remaining / 8 else { throw DecodingFailure() }
      let range = try take(8 * count)
      column.reserveCapacity(count)
      withBytes(range) { bytes in
        for offset in stride(from: 0, to: bytes.count, by: 8) {
          let bits = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          column.append(Double(bitPattern: bits))
        }
      }
    case .planes: try planes(count, into: &column)
    case .exclusiveOr: try exclusiveOr(count, into: &column)
    case .differences, .runs, .packed, nil: throw DecodingFailure()
    }
  }
}
