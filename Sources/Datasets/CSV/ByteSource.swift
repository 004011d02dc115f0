import Foundation

/// Bytes that are read from their beginning, as often as wanted.
enum ByteSource {
  case file(path: String)
  case memory([UInt8])

  func open() throws(DatasetError) -> ByteStream {
    switch self {
    case .memory(let bytes): return ByteStream(descriptor: nil, path: "", memory: bytes)
    case .file(let path):
      let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
      return ByteStream(descriptor: descriptor, path: path, memory: [])
    }
  }
}

/// One reading of a source.
final class ByteStream {
  let descriptor: Int32?
  let path: String
  let memory: [UInt8]
  private var position = 0

  init(descriptor: Int32?, path: String, memory: [UInt8]) {
    self.descriptor = descriptor
    self.path = path
    self.memory = memory
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Writes up to `capacity` bytes; returns how many, 0 at the end.
  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) throws(DatasetError) -> Int {
    guard let descriptor else {
      let count = min(capacity, memory.count - position)
      memory.withUnsafeBufferPointer {
        if count > 0 { buffer.update(from: $0.baseAddress! + position, count: count) }
      }
      position += count
      return count
    }
    while true {
      let count = Foundation.read(descriptor, buffer, capacity)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    }
  }
}
