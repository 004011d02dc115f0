import TestSupport
import Testing

@testable import Formats
@testable import Tracker

@Suite struct LogDamageTests {
  @Test("A log reads back what was recorded, bit for bit")
  func soundLog() throws {
    let record = try assemble(try exampleLog()).record
    #expect(record.condition == .sound)
    #expect(record.status == .finished)
    #expect(record.description == exampleDescription())
    #expect(record.series(.init("train/loss"))?.values == [0.5, -.infinity])
    #expect(record.series(.init("train/approx_kl"))?.values.map(\.bitPattern) == [0x7FF4_0000_0000_1234])
    #expect(record.episodes.map(\.episode.reward) == [21, -1.5])
    #expect(record.episodes.map(\.episode.truncated) == [false, true])
    #expect(record.findings.map(\.finding) == [exampleFinding])
    #expect(record.tags == ["machine": "one", "kept": "yes"])
    #expect(record.notes == ["a note"])
    #expect(record.resumes.count == 1)
  }

  @Test("Cut at every byte: torn where a frame is cut between Begin and Finish, damaged before and after, never wrong")
  func cutAtEveryByte() throws {
    let bytes = try exampleLog()
    let whole = try LogScan([LogSegment(number: 1, bytes: bytes)], run: "example")
    let known = Set(facts(try assemble(bytes, includingSuperseded: true).record))
    let finish = try #require(whole.frames.last { $0.type == .finish })
    // Every place where a frame ends, copies included.
    var boundaries: Set<Int> = [FileHeader.size]
    var offset = FileHeader.size
    while let header = FrameHeader(bytes, at: offset) {
      offset += FrameHeader.size + Int(header.payloadLength)
      boundaries.insert(offset)
    }
    #expect(offset == bytes.count)
    let begin = try #require(boundaries.sorted().dropFirst().first)
    for size in 0...bytes.count {
      let assembly = try assemble(Array(bytes[..<size]))
      #expect(known.isSuperset(of: facts(assembly.record)))
      let start = boundaries.filter { $0 <= size }.max() ?? 0
      if size < begin {
        let reason = size == 0 ? "the segment is empty" : "the segment ends before its first frame"
        #expect(assembly.record.condition == .damaged([LogDamage(offset: start, reason: reason)]), "cut at \(size)")
      } else if size == start {
        #expect(assembly.record.condition == .sound, "cut at \(size)")
      } else if size < finish.payload.upperBound {
        #expect(assembly.record.condition == .torn(offset: start), "cut at \(size)")
      } else {
        guard case .damaged(let damages) = assembly.record.condition else {
          Issue.record("cut at \(size) is not damage")
          continue
        }
        #expect(damages.map(\.offset) == [start])
      }
      #expect(assembly.record.status == (size >= finish.payload.upperBound ? .finished : .crashed))
    }
  }

  @Test("Every bit flipped: found, located, and it costs one frame at most", arguments: [true, false])
  func flipEveryBit(finished: Bool) throws {
    let bytes = try exampleLog(finished: finished)
    let sound = try assemble(bytes)
    let all = Set(facts(sound.record))
    var starts: [Int] = [0]
    var offset = FileHeader.size
    while let header = FrameHeader(bytes, at: offset) {
      starts.append(offset)
      offset += FrameHeader.size + Int(header.payloadLength)
    }
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let assembly = try assemble(flipped)
      guard case .damaged(let damages) = assembly.record.condition else {
        Issue.record("bit \(bit) was not found: \(assembly.record.condition)")
        continue
      }
      let frame = starts.last { $0 <= bit / 8 }!
      #expect(damages.map(\.offset) == [frame], "bit \(bit)")
      #expect(all.isSuperset(of: facts(assembly.record)), "bit \(bit)")
      #expect(assembly.record.isDescribed && assembly.record.description == sound.record.description)
      #expect(assembly.record.status == sound.record.status)
      #expect(assembly.scan.frameCount >= sound.scan.frameCount - 1)
    }
  }

  @Test("A frame that is missing, doubled, moved or foreign is found by its number and its predecessor's CRC")
  func misplacedFrames() throws {
    let bytes = try exampleLog()
    let all = Set(facts(try assemble(bytes).record))
    var frames: [[UInt8]] = []
    var offset = FileHeader.size
    while let header = FrameHeader(bytes, at: offset) {
      let end = offset + FrameHeader.size + Int(header.payloadLength)
      frames.append(Array(bytes[offset..<end]))
      offset = end
    }
    func read(_ frames: [[UInt8]]) throws -> RunAssembly {
      try assemble(Array(bytes[..<FileHeader.size]) + frames.flatMap { $0 })
    }
    for i in 0..<frames.count - 1 {
      var missing = frames
      missing.remove(at: i)
      var doubled = frames
      doubled.insert(frames[i], at: i)
      var swapped = frames
      swapped.swapAt(i, i + 1)
      for (name, changed) in [("missing", missing), ("doubled", doubled), ("swapped", swapped)] {
        let record = try read(changed).record
        guard case .damaged(let damages) = record.condition else {
          Issue.record("frame \(i + 1) \(name) was not found")
          continue
        }
        #expect(!damages.isEmpty)
        if name != "swapped" || i > 0 { #expect(all.isSuperset(of: facts(record)), "frame \(i + 1) \(name)") }
      }
    }
    // A frame of another log under the right number.
    let header = try #require(FrameHeader(frames[4], at: 0))
    var foreign = frames[4]
    _ = FrameHeader(
      type: .note, isCopy: false, sequence: header.sequence, payloadLength: foreign.count - FrameHeader.size,
      previousCRC: header.previousCRC ^ 1, payloadCRC: header.payloadCRC
    ).write(into: &foreign, at: 0)
    var spliced = frames
    spliced[4] = foreign
    let record = try read(spliced).record
    guard case .damaged(let damages) = record.condition else {
      Issue.record("a foreign frame was taken")
      return
    }
    #expect(damages[0].reason.contains("does not belong"))
    #expect(record.notes == ["a note"])
  }

  @Test("Both copies of a declaration lost: its points are missing and named as lost, the others are there")
  func lostName() throws {
    var bytes = try exampleLog()
    let frame = try #require(
      try LogScan([LogSegment(number: 1, bytes: bytes)], run: "").frames.first { $0.type == .series })
    let copy = frame.payload.upperBound + FrameHeader.size
    bytes[frame.payload.lowerBound] ^= 0xFF
    bytes[copy] ^= 0xFF
    let record = try assemble(bytes).record
    #expect(record.series.map(\.metric.name) == ["train/approx_kl"])
    guard case .damaged(let damages) = record.condition else {
      Issue.record("the loss was not found")
      return
    }
    #expect(damages.count == 3)
    #expect(damages.last?.reason.contains("2 points") == true)
  }

  @Test("A zeroed stretch costs what it covers")
  func zeroedStretch() throws {
    let bytes = try exampleLog()
    let all = Set(facts(try assemble(bytes, includingSuperseded: true).record))
    for start in stride(from: 0, to: bytes.count - 64, by: 61) {
      var zeroed = bytes
      for i in start..<start + 64 { zeroed[i] = 0 }
      let record = try assemble(zeroed).record
      #expect(all.isSuperset(of: facts(record)))
      if case .damaged = record.condition { continue }
      Issue.record("zeros from \(start) were not found")
    }
  }

  @Test("Bytes that are no log are no log")
  func noLog() throws {
    for bytes in [Array("no log at all".utf8), Array(repeating: 0, count: 500), [UInt8(0)]] {
      let record = try assemble(bytes).record
      guard case .damaged(let damages) = record.condition else {
        Issue.record("taken for a log")
        continue
      }
      #expect(damages[0].offset == 0)
      #expect(!record.isDescribed)
    }
    let empty = try assemble([]).record
    #expect(empty.condition == .damaged([LogDamage(offset: 0, reason: "the segment is empty")]) && !empty.isDescribed)
  }

  @Test("A log of a newer version is refused with a sentence")
  func newerVersion() throws {
    var bytes = try exampleLog()
    bytes.replace(at: 8, littleEndian: UInt32(7))
    bytes.replace(at: 12, littleEndian: CRC32C.checksum(bytes, 0..<12))
    #expect(throws: StoreError.otherLogVersion(run: "example", version: 7)) { try assemble(bytes) }
  }

  @Test("Random mutations never crash the reader and never pass for a sound log")
  func mutations() throws {
    let bytes = try exampleLog()
    var state: UInt64 = 42
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<3_000 {
      var mutant = bytes
      for _ in 0...random(4) {
        switch random(4) {
        case 0: mutant[random(mutant.count)] = UInt8(random(256))
        case 1: mutant.removeSubrange(random(mutant.count)..<mutant.count)
        case 2:
          let start = random(mutant.count)
          mutant.removeSubrange(start..<min(mutant.count, start + random(90)))
        default: mutant.insert(contentsOf: mutant[0..<random(mutant.count)], at: random(mutant.count))
        }
        if mutant.isEmpty { mutant = [0] }
      }
      let record = try assemble(mutant).record
      if record.condition == .sound { #expect(bytes.starts(with: mutant)) }
    }
  }
}
