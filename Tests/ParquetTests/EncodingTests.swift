import Formats
import TestSupport
import Testing

@testable import Parquet

@Suite struct EncodingTests {
  /// Runs `body` on a cursor over bytes that have room behind them.
  private func withCursor<Result>(
    _ bytes: [UInt8], _ body: (inout ByteCursor) throws -> Result
  ) rethrows -> Result {
    let padded = PaddedBytes()
    padded.reserve(bytes.count)
    bytes.withUnsafeBytes { if $0.count > 0 { padded.start.copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
    var cursor = ByteCursor(padded.start, count: bytes.count)
    return try withExtendedLifetime(padded) { try body(&cursor) }
  }

  @Test(arguments: 1...32) func `runs of every width come back`(width: Int) throws {
    var fuzz = Fuzz(seed: UInt64(width))
    for count in [0, 1, 7, 8, 9, 64, 1_000] {
      var numbers: [UInt32] = []
      while numbers.count < count {
        let number = UInt32(fuzz.below(1 << width))
        numbers += Array(
          repeating: number, count: min(count - numbers.count, fuzz.below(4) == 0 ? 1 + fuzz.below(40) : 1))
      }
      let room = HybridRuns.room(count, width: width)
      let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, size in
        size = HybridRuns.encode(
          numbers, count: count, width: width, into: UnsafeMutableRawPointer(buffer.baseAddress!))
      }
      #expect(bytes.count <= room)
      let output = PaddedBytes()
      try withCursor(bytes) { cursor in
        try HybridRuns.decode(&cursor, width: width, count: count, into: output.words(UInt32.self, count: count + 8))
        #expect(cursor.count == 0)
      }
      #expect(Array(UnsafeBufferPointer(start: output.words(UInt32.self, count: count), count: count)) == numbers)
    }
  }

  @Test(arguments: 0...64) func `differences of every width come back`(width: Int) throws {
    var fuzz = Fuzz(seed: UInt64(width))
    for count in [0, 1, 2, 32, 33, 129, 500] {
      var last: Int64 = 0
      let numbers = (0..<count).map { _ in
        let low = UInt64(fuzz.below(1 << 32)) << 32 | UInt64(fuzz.below(1 << 32))
        last = last &+ Int64(bitPattern: width == 0 ? 3 : low >> UInt64(64 - width))
        return last
      }
      var bytes: [UInt8] = []
      DeltaBinaryPacking.encode(numbers, count: count, into: &bytes)
      #expect(bytes.count <= DeltaBinaryPacking.size(numbers, count: count, limit: .max))
      let output = PaddedBytes()
      try withCursor(bytes) { cursor in
        try DeltaBinaryPacking.decode(&cursor, count: count, into: output.words(UInt64.self, count: count))
        #expect(cursor.count == 0)
      }
      let read = UnsafeBufferPointer(start: output.words(UInt64.self, count: count), count: count)
      #expect(read.map { Int64(bitPattern: $0) } == numbers)
    }
  }

  @Test func `levels of old files are bits, the highest first`() {
    let output = PaddedBytes()
    let flags = output.words(UInt8.self, count: 10)
    withCursor([0b1010_0001, 0b0100_0000]) {
      BitPacking.unpackFlags($0.position, count: 10, highestFirst: true, into: flags)
    }
    #expect(Array(UnsafeBufferPointer(start: flags, count: 10)) == [1, 0, 1, 0, 0, 0, 0, 1, 0, 1])
  }

  @Test func `numbers of more than 64 bits are refused`() throws {
    #expect(throws: Fault.self) { try withCursor(Array(repeating: 0xFF, count: 12)) { try $0.varint() } }
    #expect(throws: Fault.truncated) { try withCursor([0x80]) { try $0.varint() } }
    let highest = try withCursor(Array(repeating: 0xFF, count: 9) + [1]) { try $0.varint() }
    #expect(highest == .max)
  }

  @Test func `metadata nested without end are refused`() {
    // A structure in a structure, all of unknown fields.
    #expect(throws: Fault.damaged("the metadata are nested too deeply")) {
      try withCursor(Array(repeating: 0x1C, count: 10_000)) {
        var reader = ThriftReader($0)
        try reader.structure { _, _ throws(Fault) in false }
      }
    }
  }
}
