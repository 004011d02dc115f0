import Files
import Formats
import Glibc

/// Bytes that are read from their beginning, as often as wanted; where they are compressed with gzip or Zstandard, the
/// bytes that they stand for.
package enum ByteSource {
  case file(path: String)
  case memory([UInt8])

  /// How many bytes there are, where that is known.
  package var byteCount: Int? {
    if compression != nil { return nil }
    return switch self {
    case .memory(let bytes): bytes.count
    case .file(let path): try? OpenFile(path, O_RDONLY, .read).size()
    }
  }

  /// How they are compressed; nil where they are not, or cannot be read.
  package var compression: Compression? {
    switch self {
    case .memory(let bytes): Compression(start: bytes.prefix(4))
    case .file(let path):
      (try? OpenFile(path, O_RDONLY, .read).readAll(limit: 4)).flatMap { Compression(start: $0) }
    }
  }

  /// What is at a path: a file that is read a part at a time, or what a pipe or a device gives to its end.
  package init(_ path: String) throws(DatasetError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
      self = .file(path: path)
      return
    }
    do throws(FileError) {
      // Files of the kernel's say that they are empty.
      self = .memory(try OpenFile.contents(of: path))
    } catch {
      let isFolder = error.code == EISDIR
      throw .unreadable(path: path, reason: isFolder ? "it is no file of data" : FileError.words(error.code))
    }
  }

  /// `encoding`: what the bytes are written in; what is read from the stream is UTF-8.
  package func open(_ encoding: TextEncoding = .utf8, digesting: Bool = false) throws(DatasetError) -> ByteStream {
    let stream: ByteStream
    switch self {
    case .memory(let bytes): stream = ByteStream(bytes, encoding: encoding)
    case .file(let path): stream = try ByteStream(file: path, encoding: encoding)
    }
    if digesting { stream.digest = SHA256.Stream() }
    return stream
  }

  /// The first bytes, `count` of them or all.
  package func start(_ count: Int) throws(DatasetError) -> [UInt8] { try open().peek(count) }
}

/// One reading of a source.
package final class ByteStream {
  /// nil where the bytes are in memory.
  private let file: OpenFile?
  private let memory: [UInt8]
  private var position = 0
  /// The first bytes of the source, which show whether it is compressed; nil before they are read.
  private var head: ArraySlice<UInt8>?
  private var expander: Expander?
  private var transcoder: Transcoder?
  /// Of what was read of the source, where that is wanted.
  fileprivate(set) var digest: SHA256.Stream?
  /// What was looked at and not yet read.
  private var ahead: [UInt8] = []
  private var aheadPosition = 0
  /// What was transcoded and not yet read.
  private var text: [UInt8] = []
  private var textPosition = 0

  init(_ memory: [UInt8], encoding: TextEncoding = .utf8) {
    file = nil
    self.memory = memory
    self.encoding = encoding
    transcoder = encoding == .utf8 ? nil : Transcoder(encoding)
  }

  init(file path: String, encoding: TextEncoding) throws(DatasetError) {
    do throws(FileError) {
      file = try OpenFile(path, O_RDONLY, .read)
    } catch {
      throw DatasetError(error)
    }
    memory = []
    self.encoding = encoding
    transcoder = encoding == .utf8 ? nil : Transcoder(encoding)
  }

  /// May be changed before anything is read.
  var encoding: TextEncoding {
    didSet { transcoder = encoding == .utf8 ? nil : Transcoder(encoding) }
  }

  /// The first bytes as they are in the source, which are read again: `count` of them, or all there are.
  func peek(_ count: Int) throws(DatasetError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let (start, room) = (filled, count - filled)
      let read = try readSource(into: &bytes, at: start, capacity: room)
      if read == 0 { break }
      filled += read
    }
    ahead = Array(bytes.prefix(filled))
    aheadPosition = 0
    return ahead
  }

  private func readSource(into bytes: inout [UInt8], at start: Int, capacity: Int) throws(DatasetError) -> Int {
    var (count, problem): (Int, DatasetError?) = (0, nil)
    bytes.withUnsafeMutableBufferPointer { buffer in
      do throws(DatasetError) {
        count = try readSource(into: buffer.baseAddress! + start, capacity: capacity)
      } catch { problem = error }
    }
    if let problem { throw problem }
    return count
  }

  /// Writes up to `capacity` bytes of UTF-8; returns how many, 0 at the end.
  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(DatasetError) -> Int {
    if transcoder == nil { return try readAhead(into: buffer, capacity: capacity) }
    while textPosition == text.count {
      text.removeAll(keepingCapacity: true)
      textPosition = 0
      let raw = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
      defer { raw.deallocate() }
      let count = try readAhead(into: raw, capacity: capacity)
      transcoder!.append(UnsafeBufferPointer(start: raw, count: count), isLast: count == 0, to: &text)
      if count == 0 {
        // What is left over is written once.
        transcoder = Transcoder(encoding)
        if text.isEmpty { return 0 }
      }
    }
    let count = min(capacity, text.count - textPosition)
    text.withUnsafeBufferPointer { buffer.update(from: $0.baseAddress! + textPosition, count: count) }
    textPosition += count
    return count
  }

  /// Fills an array from a place on, as far as there are bytes.
  package func read(into bytes: inout [UInt8], from start: Int) throws(DatasetError) -> Int {
    var (count, problem): (Int, DatasetError?) = (0, nil)
    bytes.withUnsafeMutableBufferPointer { buffer in
      do throws(DatasetError) {
        count = try read(into: buffer.baseAddress! + start, capacity: buffer.count - start)
      } catch { problem = error }
    }
    if let problem { throw problem }
    return count
  }

  private func readAhead(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(DatasetError) -> Int {
    if aheadPosition == ahead.count { return try readSource(into: buffer, capacity: capacity) }
    let count = min(capacity, ahead.count - aheadPosition)
    ahead.withUnsafeBufferPointer { buffer.update(from: $0.baseAddress! + aheadPosition, count: count) }
    aheadPosition += count
    return count
  }

  private func readSource(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(DatasetError) -> Int {
    let room = UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
    if head == nil {
      head = try readHead()
      expander = Compression(start: head!).map { Expander($0) }
    }
    guard let expander else { return try readStored(into: room) }
    return try expander.read(into: room) { (room) throws(DatasetError) in
      try readStored(into: room)
    } failing: {
      .unsuitable($0.problem.prefix(1).uppercased() + $0.problem.dropFirst())
    }
  }

  private func readHead() throws(DatasetError) -> ArraySlice<UInt8> {
    try withUnsafeTemporaryAllocation(byteCount: 4, alignment: 1) { (room) throws(DatasetError) in
      var filled = 0
      while filled < 4 {
        let count = try readBytes(into: UnsafeMutableRawBufferPointer(rebasing: room[filled...]))
        if count == 0 { break }
        filled += count
      }
      return ArraySlice(room[..<filled])
    }
  }

  /// As the bytes are in the source, the first ones included.
  private func readStored(into room: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    guard let start = head, !start.isEmpty else { return try readBytes(into: room) }
    let count = min(room.count, start.count)
    room.copyBytes(from: start.prefix(count))
    head = start.dropFirst(count)
    return count == room.count
      ? count : count + (try readBytes(into: UnsafeMutableRawBufferPointer(rebasing: room[count...])))
  }

  private func readBytes(into room: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    var count = 0
    if file == nil {
      count = min(room.count, memory.count - position)
      room.copyBytes(from: memory[position..<position + count])
      position += count
    } else {
      do throws(FileError) { count = try file!.readNext(into: room) } catch { throw DatasetError(error) }
    }
    digest?.add(UnsafeRawBufferPointer(rebasing: room[..<count]))
    return count
  }
}
