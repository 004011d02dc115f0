/// Writes what `HybridRuns` reads, into memory that has room for it.
extension HybridRuns {
  /// Bytes that `encode` writes at most.
  static func room(_ count: Int, width: Int) -> Int { (count / 8 + 1) * (width + 12) + 16 }

  /// Returns how many bytes it wrote. Runs of eight and more that begin at a multiple of eight are written as such.
  static func encode(
    _ numbers: UnsafePointer<UInt32>, count: Int, width: Int, into output: UnsafeMutableRawPointer
  ) -> Int {
    var written = 0
    var (literals, i) = (0, 0)
    while i < count {
      let value = numbers[i]
      var length = 1
      let window = min(8, count - i)
      while length < window && numbers[i + length] == value { length += 1 }
      if length < 8 {
        i += window
        continue
      }
      while i + length < count && numbers[i + length] == value { length += 1 }
      written += pack(numbers + literals, count: i - literals, width: width, into: output + written)
      written += append(UInt64(length) << 1, to: output + written)
      for byte in 0..<(width + 7) / 8 {
        output.storeBytes(
          of: UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)), toByteOffset: written, as: UInt8.self)
        written += 1
      }
      i += length
      literals = i
    }
    return written + pack(numbers + literals, count: count - literals, width: width, into: output + written)
  }

  /// A byte a number, each 0 or 1.
  static func encode(flags: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutableRawPointer) -> Int {
    let bytes = UnsafeRawPointer(flags)
    func eight(_ i: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self) }
    var written = 0
    var (literals, i) = (0, 0)
    while i + 8 <= count {
      let first = eight(i)
      guard first == 0 || first == 0x0101_0101_0101_0101 else {
        i += 8
        continue
      }
      var end = i + 8
      while end + 8 <= count && eight(end) == first { end += 8 }
      while end < count && flags[end] == flags[i] { end += 1 }
      written += pack(flags: flags + literals, count: i - literals, into: output + written)
      written += append(UInt64(end - i) << 1, to: output + written)
      output.storeBytes(of: flags[i], toByteOffset: written, as: UInt8.self)
      written += 1
      (literals, i) = (end, end)
    }
    return written + pack(flags: flags + literals, count: count - literals, into: output + written)
  }

  /// `count` flags that are all 1.
  static func encode(ones count: Int, into output: UnsafeMutableRawPointer) -> Int {
    if count == 0 { return 0 }
    let header = append(UInt64(count) << 1, to: output)
    output.storeBytes(of: 1, toByteOffset: header, as: UInt8.self)
    return header + 1
  }

  /// Bits of flags, the lowest first, without any header. Returns how many bytes it wrote.
  static func packBits(_ flags: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutableRawPointer) -> Int {
    let bytes = UnsafeRawPointer(flags)
    for i in 0..<count / 8 {
      let packed = BitPacking.packFlags(bytes.loadUnaligned(fromByteOffset: 8 &* i, as: UInt64.self))
      output.storeBytes(of: packed, toByteOffset: i, as: UInt8.self)
    }
    if count % 8 > 0 {
      var last: UInt8 = 0
      for i in 0..<count % 8 { last |= flags[count / 8 * 8 + i] << UInt8(i) }
      output.storeBytes(of: last, toByteOffset: count / 8, as: UInt8.self)
    }
    return (count + 7) / 8
  }

  private static func pack(flags: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutableRawPointer) -> Int {
    if count == 0 { return 0 }
    let header = append(UInt64((count + 7) / 8) << 1 | 1, to: output)
    return header + packBits(flags, count: count, into: output + header)
  }

  private static func pack(
    _ numbers: UnsafePointer<UInt32>, count: Int, width: Int, into output: UnsafeMutableRawPointer
  ) -> Int {
    if count == 0 { return 0 }
    let groups = (count + 7) / 8
    let header = append(UInt64(groups) << 1 | 1, to: output)
    var packer = BitPacker(output + header, width: width)
    for i in 0..<count { packer.append(UInt64(numbers[i])) }
    for _ in count..<groups * 8 { packer.append(0) }
    packer.finish()
    return header + groups * width
  }

  private static func append(_ value: UInt64, to output: UnsafeMutableRawPointer) -> Int {
    var (rest, count) = (value, 0)
    while rest >= 0x80 {
      output.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      rest >>= 7
      count += 1
    }
    output.storeBytes(of: UInt8(rest), toByteOffset: count, as: UInt8.self)
    return count + 1
  }
}
