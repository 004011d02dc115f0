import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Formats
@testable import Tracker

@Suite struct LogFuzzTests {
  /// Makes every header and payload CRC right again, so that what was changed is believed.
  private func vouch(_ bytes: inout [UInt8]) {
    guard bytes.count >= FileHeader.size else { return }
    bytes.replace(at: 36, littleEndian: CRC32C.checksum(bytes, 0..<36))
    var (offset, previous) = (FileHeader.size, bytes.word(at: 36, as: UInt32.self))
    while offset + FrameHeader.size <= bytes.count {
      let payload = offset + FrameHeader.size
      let length = min(Int(bytes.word(at: offset + 16, as: UInt32.self)), bytes.count - payload)
      bytes.replace(at: offset + 16, littleEndian: UInt32(length))
      for i in 0..<4 { bytes[offset + i] = LogFormat.marker[i] }
      bytes.replace(at: offset + 20, littleEndian: previous)
      bytes.replace(at: offset + 24, littleEndian: CRC32C.checksum(bytes, payload..<payload + length))
      previous = CRC32C.checksum(bytes, offset..<offset + 28)
      bytes.replace(at: offset + 28, littleEndian: previous)
      offset = payload + length
    }
  }

  @Test("50,000 mutated logs, raw and compacted, with CRCs right and wrong: no crash, and a wrong CRC no wrong value")
  func fuzz() throws {
    let (folder, store, id) = try segmentedRun(points: 60, segmentLimit: 1 << 30, finish: false)
    defer { withExtendedLifetime(folder) {} }
    let directory = try #require(try store.folder(ofRun: id))
    let raw = readBytes(directory + "/log.rlog")
    #expect(try SegmentSealer.seal(segment: 1, in: directory, system: SystemCalls()))
    let sealed = readBytes(directory + "/log.rlog")
    let known = Set(facts(try assemble(raw, includingSuperseded: true).record))
    #expect(known == Set(facts(try assemble(sealed, includingSuperseded: true).record)))
    var fuzz = Fuzz(seed: 77)
    for round in 0..<50_000 {
      var bytes = round % 2 == 0 ? raw : sealed
      if round % 4 < 2 {
        // A believed payload: only the decoders stand between it and the record.
        let start = FileHeader.size + fuzz.below(bytes.count - FileHeader.size)
        var tail = Array(bytes[start...].prefix(64))
        let length = tail.count
        fuzz.change(&tail)
        bytes.replaceSubrange(start..<start + length, with: tail)
        vouch(&bytes)
        _ = try? assemble(bytes)
      } else {
        fuzz.change(&bytes)
        guard let record = try? assemble(bytes, includingSuperseded: true).record else { continue }
        if round % 16 == 2 || round % 16 == 3 { #expect(known.isSuperset(of: facts(record)), "round \(round)") }
      }
    }
  }
}
