/// Values of four and of eight bytes, and booleans.
extension ChunkDecoder {
  /// An array of values that have the size of `Word`, decoded as such words.
  func words<Value, Word: FixedWidthInteger & UnsignedInteger>(
    _ word: Word.Type, isInteger: Bool
  ) throws(Fault) -> [Value] {
    precondition(MemoryLayout<Value>.size == MemoryLayout<Word>.size)
    try check(rows, of: MemoryLayout<Word>.size)
    return try array { (output: UnsafeMutablePointer<Value>) throws(Fault) in
      try self.decodeWords(
        UnsafeMutableRawPointer(output).assumingMemoryBound(to: Word.self), isInteger: isInteger)
    }
  }

  func booleans() throws(Fault) -> [Bool] {
    // Flags are unpacked by eights.
    try check(rows, of: 1)
    let flags = PaddedBytes()
    let output = flags.words(UInt8.self, count: rows)
    while let page = try nextPage() {
      if page.present == 0 {
        (output + page.row).update(repeating: 0, count: page.count)
        continue
      }
      var cursor = page.values
      switch page.encoding {
      case .plain:
        let bits = try cursor.take((page.present + 7) / 8)
        BitPacking.unpackFlags(bits, count: page.present, into: output + page.row)
      case .runLength:
        var runs = try cursor.part(Int(try cursor.word32()))
        _ = try HybridRuns.decodeFlags(&runs, count: page.present, into: output + page.row)
      default: throw unsupported(page.encoding)
      }
      page.spread(output + page.row)
    }
    return try array { (values: UnsafeMutablePointer<Bool>) throws(Fault) in
      UnsafeMutableRawPointer(values).copyMemory(from: output, byteCount: self.rows)
    }
  }

  /// An array of one value a row.
  func array<Value>(
    count: Int? = nil, _ fill: (UnsafeMutablePointer<Value>) throws(Fault) -> Void
  ) throws(Fault) -> [Value] {
    let total = count ?? rows
    if total == 0 { return [] }
    var fault: Fault?
    let values = [Value](unsafeUninitializedCapacity: total) { buffer, initialized in
      do throws(Fault) {
        try fill(buffer.baseAddress!)
        initialized = total
      } catch {
        fault = error
        initialized = 0
      }
    }
    if let fault { throw fault }
    return values
  }

  private func decodeWords<Word: FixedWidthInteger & UnsignedInteger>(
    _ output: UnsafeMutablePointer<Word>, isInteger: Bool
  ) throws(Fault) {
    let size = MemoryLayout<Word>.size
    while let page = try nextPage() {
      let rows = output + page.row
      if page.present == 0 {
        rows.update(repeating: 0, count: page.count)
        continue
      }
      var cursor = page.values
      switch page.encoding {
      case .plain:
        // Words in a file are little-endian, as they are on every machine that Swift runs on.
        UnsafeMutableRawPointer(rows).copyMemory(
          from: try cursor.take(page.present * size), byteCount: page.present * size)
      case .dictionary, .plainDictionary:
        guard let dictionary = pages.dictionary else { throw Self.noDictionary }
        var values = dictionary.values
        let words = try values.take(dictionary.count * size).assumingMemoryBound(to: Word.self)
        let indices = try indices(cursor, count: page.present, size: dictionary.count)
        for i in 0..<page.present { rows[i] = words[Int(truncatingIfNeeded: indices[i])] }
      case .deltaBinaryPacked where isInteger:
        try DeltaBinaryPacking.decode(&cursor, count: page.present, into: rows)
      case .byteStreamSplit:
        let streams = try cursor.take(page.present * size)
        for i in 0..<page.present {
          var word: Word = 0
          for byte in 0..<size {
            word |=
              Word(truncatingIfNeeded: streams.load(fromByteOffset: byte &* page.present &+ i, as: UInt8.self))
              &<< Word(truncatingIfNeeded: 8 &* byte)
          }
          rows[i] = word
        }
      default: throw unsupported(page.encoding)
      }
      page.spread(rows)
    }
  }

  static var noDictionary: Fault { .damaged("a page refers to a dictionary, and there is none") }
}
