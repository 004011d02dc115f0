/// Appends numbers of a few bits each, the lowest bit first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var word: UInt64 = 0
  private var used: UInt64 = 0

  /// The lowest `width` bits of `value`, 0 to 64 of them; the others must be zero.
  mutating func append(_ value: UInt64, _ width: Int) {
    word |= value &<< used
    let width = UInt64(width)
    if used + width < 64 {
      used += width
      return
    }
    bytes.append(littleEndian: word)
    word = used == 0 ? 0 : value >> (64 - used)
    used = used + width - 64
  }

  /// Fills the last byte with zeros.
  mutating func finish() -> [UInt8] {
    for i in 0..<(used + 7) / 8 { bytes.append(UInt8(truncatingIfNeeded: word &>> (8 * i))) }
    return bytes
  }
}

/// Reads numbers of a few bits each; beyond the end it reads zeros, and `isOverrun` says so.
struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isOverrun: Bool { position > 8 * bytes.count }

  @inline(__always)
  mutating func next(_ width: Int) -> UInt64 {
    let (byte, bit) = (position >> 3, UInt64(position & 7))
    position += width
    var low: UInt64 = 0
    var high: UInt64 = 0
    if byte + 9 <= bytes.count {
      low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
      high = UInt64(bytes[byte + 8])
    } else {
      for i in 0..<8 where byte + i < bytes.count { low |= UInt64(bytes[byte + i]) &<< UInt64(8 * i) }
      if byte + 8 < bytes.count { high = UInt64(bytes[byte + 8]) }
    }
    // Twice, for a shift by 64 is none.
    let value = low &>> bit | (high &<< 1) &<< (63 - bit)
    return width == 64 ? value : value & ((1 &<< UInt64(width)) &- 1)
  }
}

private let stretch = 128

extension [UInt8] {
  /// The first value as a zigzag; then of every 128 differences the lowest as a zigzag, a byte of width, and what each
  /// is above the lowest in that many bits, filled up to whole bytes (frame of reference).
  mutating func appendPacked(_ values: [Int64]) {
    append(Encoding.packed.rawValue)
    guard let first = values.first else { return }
    append(zigzag: first)
    var start = 1
    while start < values.count {
      let end = Swift.min(start + stretch, values.count)
      var (lowest, highest) = (Int64.max, Int64.min)
      for i in start..<end {
        let difference = values[i] &- values[i - 1]
        lowest = Swift.min(lowest, difference)
        highest = Swift.max(highest, difference)
      }
      let width = 64 - UInt64(bitPattern: highest &- lowest).leadingZeroBitCount
      append(zigzag: lowest)
      append(UInt8(width))
      var writer = BitWriter()
      for i in start..<end { writer.append(UInt64(bitPattern: values[i] &- values[i - 1] &- lowest), width) }
      self += writer.finish()
      start = end
    }
  }

  /// Gorilla (Pelkonen et al. 2015, 4.1.2): the first float, then of each the exclusive or with the one before: bit 0
  /// if they are the same; 10 and the bits that differ if they lie within the last window; else 11, the window's
  /// leading zeros in 6 bits (5 in the paper), its width less one in 6 bits, and its bits. The lowest bit comes first.
  mutating func appendExclusiveOr(_ values: [Double]) {
    append(Encoding.exclusiveOr.rawValue)
    var writer = BitWriter()
    var previous: UInt64 = 0
    var window: (leading: Int, trailing: Int)?
    for (i, value) in values.enumerated() {
      let bits = value.bitPattern
      let difference = bits ^ previous
      previous = bits
      if i == 0 {
        writer.append(bits, 64)
      } else if difference == 0 {
        writer.append(0, 1)
      } else if let window, difference.leadingZeroBitCount >= window.leading,
        difference.trailingZeroBitCount >= window.trailing
      {
        writer.append(0b01, 2)
        writer.append(difference >> UInt64(window.trailing), 64 - window.leading - window.trailing)
      } else {
        let (leading, trailing) = (difference.leadingZeroBitCount, difference.trailingZeroBitCount)
        let width = 64 - leading - trailing
        writer.append(0b11, 2)
        writer.append(UInt64(leading), 6)
        writer.append(UInt64(width - 1), 6)
        writer.append(difference >> UInt64(trailing), width)
        window = (leading, trailing)
      }
    }
    let bits = writer.finish()
    append(varint: UInt64(bits.count))
    self += bits
  }

  /// About what `appendExclusiveOr` would append, in bytes.
  func exclusiveOrSize(_ values: [Double]) -> Int {
    var (size, previous, leading, trailing) = (64, values.first?.bitPattern ?? 0, 64, 64)
    for value in values.dropFirst() {
      let difference = value.bitPattern ^ previous
      previous = value.bitPattern
      if difference == 0 {
        size += 1
      } else if difference.leadingZeroBitCount >= leading, difference.trailingZeroBitCount >= trailing {
        size += 2 + 64 - leading - trailing
      } else {
        (leading, trailing) = (difference.leadingZeroBitCount, difference.trailingZeroBitCount)
        size += 14 + 64 - leading - trailing
      }
    }
    return size / 8 + 4
  }
}

extension ByteReader {
  mutating func packed<Word: FixedWidthInteger>(_ count: Int, into column: inout [Word]) throws(DecodingFailure) {
    guard count > 0 else { return }
    var value = try zigzag()
    column.append(Word(truncatingIfNeeded: value))
    while column.count < count {
      let length = min(stretch, count - column.count)
      let lowest = try zigzag()
      let width = Int(try byte())
      guard width <= 64 else { throw DecodingFailure() }
      let range = try take((length * width + 7) / 8)
      let start = column.count
      column.append(contentsOf: repeatElement(0, count: length))
      withBytes(range) { bytes in
        column.withUnsafeMutableBufferPointer { column in
          var bits = BitReader(bytes)
          for i in start..<start + length {
            value &+= lowest &+ Int64(bitPattern: bits.next(width))
            column[i] = Word(truncatingIfNeeded: value)
          }
        }
      }
    }
  }

  mutating func exclusiveOr(_ count: Int, into column: inout [Double]) throws(DecodingFailure) {
    let range = try take(try self.count())
    // Every value but the first takes a bit at least.
    guard count <= 8 * range.count else { throw DecodingFailure() }
    column.reserveCapacity(count)
    var isSound = true
    withBytes(range) { bytes in
      var bits = BitReader(bytes)
      var (previous, trailing, width) = (UInt64(0), 0, 0)
      for i in 0..<count {
        if i == 0 {
          previous = bits.next(64)
        } else if bits.next(1) == 1 {
          if bits.next(1) == 1 {
            let leading = Int(bits.next(6))
            width = Int(bits.next(6)) + 1
            trailing = 64 - leading - width
          }
          guard trailing >= 0, width > 0 else {
            isSound = false
            return
          }
          previous ^= bits.next(width) &<< UInt64(trailing)
        }
        column.append(Double(bitPattern: previous))
      }
      isSound = !bits.isOverrun
    }
    if !isSound { throw DecodingFailure() }
  }
}
