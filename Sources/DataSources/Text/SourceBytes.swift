import Datasets
import Formats

/// The text of a file as UTF-8, a part of it at a time: expanded if it is compressed, its encoding found out.
struct SourceBytes {
  private let stream: ByteStream
  private let path: String
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)
  private var at = 0
  private var filled = 0
  private var isAtEnd = false
  /// How it is written where that is unusual.
  private(set) var remarks: [String] = []
  /// There are zeros in the beginning, as in no text.
  private(set) var looksBinary = false

  init(_ path: String, encoding: TextEncoding? = nil) throws(DataSourceError) {
    self.path = path
    do throws(DatasetError) {
      let source = try ByteSource(path)
      let start = try source.start(1 << 16)
      let found = if let encoding { encoding } else { try TextEncoding.guess(source, start: start) }
      stream = try source.open(found)
      if let compression = source.compression { remarks.append("compressed with \(compression.rawValue)") }
      if found != .utf8 { remarks.append("encoding \(found.rawValue)") }
      looksBinary = (found == .utf8 || found == .windows1252) && start.contains(0)
    } catch {
      throw DataSourceError(error, location: path)
    }
    if try has(3), buffer[0..<3].elementsEqual([0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  /// What has been read of the file and not been taken.
  var available: ArraySlice<UInt8> { buffer[at..<filled] }

  mutating func advance(_ count: Int) { at += count }

  /// The next byte; nil at the end.
  mutating func peek() throws(DataSourceError) -> UInt8? {
    if at < filled { return buffer[at] }
    return try has(1) ? buffer[at] : nil
  }

  /// Whether there are so many bytes from here on, which are available then.
  mutating func has(_ count: Int) throws(DataSourceError) -> Bool {
    while filled - at < count {
      if isAtEnd { return false }
      buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress!.copyMemory(from: bytes.baseAddress! + at, byteCount: filled - at)
      }
      filled -= at
      at = 0
      do throws(DatasetError) {
        let read = try stream.read(into: &buffer, from: filled)
        if read == 0 { isAtEnd = true }
        filled += read
      } catch {
        throw DataSourceError(error, location: path)
      }
    }
    return true
  }
}
