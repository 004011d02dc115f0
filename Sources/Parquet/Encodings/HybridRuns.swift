/// The RLE and bit-packing hybrid: runs of one number repeated, and runs of numbers of a few bits each.
enum HybridRuns {
  /// Widths up to 32. `numbers` has room for 8 bytes more than `count` numbers.
  static func decode(
    _ cursor: inout ByteCursor, width: Int, count: Int, into numbers: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    guard width <= 32 else { throw .damaged("a run has numbers of \(width) bits") }
    var done = 0
    while done < count {
      let header = try cursor.varint()
      if header & 1 == 1 {
        let run = try packedRun(&cursor, groups: header >> 1, width: width, room: count - done)
        BitPacking.unpack(run.bytes, width: width, count: run.count, into: numbers + done)
        done += run.count
      } else {
        let length = try repeats(header, room: count - done)
        let bytes = try cursor.take((width + 7) / 8)
        var value: UInt32 = 0
        for i in 0..<(width + 7) / 8 { value |= UInt32(bytes.load(fromByteOffset: i, as: UInt8.self)) << UInt32(8 * i) }
        guard width == 32 || value >> UInt32(width) == 0 else { throw .damaged("a run's number has too many bits") }
        (numbers + done).update(repeating: value, count: length)
        done += length
      }
    }
  }

  /// Numbers of one bit, a byte each; `flags` has room for 8 more. Returns how many are 1.
  static func decodeFlags(
    _ cursor: inout ByteCursor, count: Int, into flags: UnsafeMutablePointer<UInt8>
  ) throws(Fault) -> Int {
    var (done, ones) = (0, 0)
    while done < count {
      let header = try cursor.varint()
      if header & 1 == 1 {
        let run = try packedRun(&cursor, groups: header >> 1, width: 1, room: count - done)
        BitPacking.unpackFlags(run.bytes, count: run.count, into: flags + done)
        ones += Self.ones(flags + done, count: run.count)
        done += run.count
      } else {
        let length = try repeats(header, room: count - done)
        let value = try cursor.byte()
        guard value <= 1 else { throw .damaged("a level is \(value), and the highest is 1") }
        (flags + done).update(repeating: value, count: length)
        done += length
        ones += value == 1 ? length : 0
      }
    }
    return ones
  }

  static func ones(_ flags: UnsafePointer<UInt8>, count: Int) -> Int {
    var sum = 0
    for i in 0..<count { sum &+= Int(flags[i]) }
    return sum
  }

  private static func repeats(_ header: UInt64, room: Int) throws(Fault) -> Int {
    guard header > 1 else { throw .damaged("a run has no values") }
    return Int(min(header >> 1, UInt64(room)))
  }

  /// The last run of a page may be cut off behind its last value.
  private static func packedRun(
    _ cursor: inout ByteCursor, groups: UInt64, width: Int, room: Int
  ) throws(Fault) -> (bytes: UnsafeRawPointer, count: Int) {
    guard groups > 0 else { throw .damaged("a run has no values") }
    let count = groups > UInt64(room / 8) ? room : Int(groups) * 8
    let needed = BitPacking.bytes(count, width: width)
    let all = groups > UInt64(room / 8) + 1 ? needed : Int(groups) * width
    return (try cursor.take(max(needed, min(all, cursor.count))), count)
  }
}
