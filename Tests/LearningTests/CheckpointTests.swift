import Learning
import Testing

@Suite struct CheckpointTests {
  private func sample() -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.set("weights", [1.5, -0, .nan, .infinity, .leastNonzeroMagnitude, 3], shape: [2, 3])
    checkpoint.set("precise", [0.1, -1e300])
    checkpoint.set("counters", [3, -7])
    checkpoint.set("state", bytes: [0, 255, 3])
    checkpoint.texts["agent"] = "ppo \"quoted\" / ünï"
    return checkpoint
  }

  @Test func `a checkpoint survives its file bit for bit`() throws {
    let bytes = sample().safetensors()
    let read = try Checkpoint(safetensors: bytes)
    #expect(read.safetensors() == bytes)
    #expect(try read.floats("weights").map(\.bitPattern) == sample().floats("weights").map(\.bitPattern))
    #expect(read.tensors["weights"]?.shape == [2, 3])
    #expect(try read.doubles("precise") == [0.1, -1e300])
    #expect(try read.integers("counters") == [3, -7])
    #expect(try read.bytes("state") == [0, 255, 3])
    #expect(read.texts == sample().texts)
  }

  @Test func `the file is laid out as the format says`() {
    var checkpoint = Checkpoint()
    checkpoint.set("a", [1], shape: [1])
    let header = #"{"a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let expected = [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + [0, 0, 0x80, 0x3F]
    #expect(checkpoint.safetensors() == expected)
  }

  @Test func `a file cut anywhere is refused`() {
    let bytes = sample().safetensors()
    for length in 0..<bytes.count {
      #expect(throws: CheckpointError.self) { try Checkpoint(safetensors: Array(bytes[..<length])) }
    }
  }

  @Test func `a changed header never crashes the reader`() {
    let bytes = sample().safetensors()
    var accepted = 0
    for index in 0..<min(bytes.count, 400) {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        if (try? Checkpoint(safetensors: changed)) != nil { accepted += 1 }
      }
    }
    // Names and texts may change unnoticed here; the log's SHA-256 is what guards a checkpoint.
    #expect(accepted < 8 * bytes.count)
  }

  @Test func `what is missing or of another type is named`() {
    let checkpoint = sample()
    #expect(throws: CheckpointError("the checkpoint has no tensor named 'bias'")) { try checkpoint.floats("bias") }
    #expect(throws: CheckpointError("the checkpoint's tensor 'counters' is not of type float32")) {
      try checkpoint.floats("counters")
    }
    #expect(throws: CheckpointError("the checkpoint's tensor 'weights' has 6 elements instead of 4")) {
      try checkpoint.floats("weights", count: 4)
    }
  }
}
