/// Strings of bytes that all have one length.
extension ChunkDecoder {
  func fixed(length: Int) throws(Fault) -> [UInt8] {
    try check(rows, of: length)
    return try array(count: rows * length) { (output: UnsafeMutablePointer<UInt8>) throws(Fault) in
      while let page = try self.nextPage() {
        let rows = output + page.row * length
        if page.present > 0 { try self.decodeFixed(page, length, into: UnsafeMutableRawPointer(rows)) }
        page.spread(UnsafeMutableRawPointer(rows), length: length)
      }
    }
  }

  private func decodeFixed(_ page: DecodablePage, _ length: Int, into output: UnsafeMutableRawPointer) throws(Fault) {
    var cursor = page.values
    let size = page.present * length
    switch page.encoding {
    case .plain: output.copyMemory(from: try cursor.take(size), byteCount: size)
    case .dictionary, .plainDictionary:
      guard let dictionary = pages.dictionary else { throw Self.noDictionary }
      var values = dictionary.values
      guard dictionary.count <= values.count / length else { throw .truncated }
      let words = try values.take(dictionary.count * length)
      let indices = try indices(cursor, count: page.present, size: dictionary.count)
      for i in 0..<page.present {
        (output + i * length).copyMemory(from: words + Int(indices[i]) * length, byteCount: length)
      }
    case .byteStreamSplit:
      let streams = try cursor.take(size)
      for byte in 0..<length {
        for i in 0..<page.present {
          output.storeBytes(
            of: streams.load(fromByteOffset: byte &* page.present &+ i, as: UInt8.self),
            toByteOffset: i &* length &+ byte, as: UInt8.self)
        }
      }
    case .deltaByteArray:
      var bytes: [UInt8] = []
      let ends = UnsafeMutablePointer<Int>.allocate(capacity: page.present)
      defer { ends.deallocate() }
      try appendPrefixed(&cursor, count: page.present, to: &bytes, ends: ends)
      guard (0..<page.present).allSatisfy({ ends[$0] == ($0 + 1) * length }) else {
        throw .damaged("a value does not have \(length) bytes")
      }
      bytes.withUnsafeBytes { output.copyMemory(from: $0.baseAddress!, byteCount: size) }
    default: throw unsupported(page.encoding)
    }
  }
}

extension DecodablePage {
  /// As for words: values at the front are moved to the rows that are not null; the others become zeros.
  func spread(_ rows: UnsafeMutableRawPointer, length: Int) {
    guard let flags else { return }
    var left = present
    for i in stride(from: count - 1, through: 0, by: -1) {
      if flags[i] == 0 {
        (rows + i * length).initializeMemory(as: UInt8.self, repeating: 0, count: length)
      } else {
        left -= 1
        if left < i { (rows + i * length).copyMemory(from: rows + left * length, byteCount: length) }
      }
    }
  }
}
