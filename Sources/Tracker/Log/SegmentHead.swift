import Files
import Formats
import Glibc

/// A segment as far as it takes to know everything but points and episodes: of a sealed one its first frames and its
/// index, of any other all of it.
struct SegmentHead {
  let segment: LogSegment
  /// The file's length in bytes.
  let size: Int
  /// Of a sealed segment.
  let index: SealedIndex?
  /// The number of a sealed segment's last frame.
  let last: UInt64?

  init(_ number: Int, in folder: String, _ system: SystemCalls = SystemCalls()) throws(StoreError) {
    let file = try onDisk(OpenFile(StoreLayout.segment(number, in: folder), O_RDONLY, .read, system))
    let start = try onDisk(file.readAll(limit: FileHeader.size + FrameHeader.size))
    if FrameHeader(start, at: FileHeader.size)?.isSealed == true, let found = try Self.index(of: file) {
      let bytes = try onDisk(file.readAll(limit: found.index.keptEnd))
      segment = LogSegment(number: number, bytes: bytes)
      (size, index, last) = (try onDisk(file.size()), found.index, found.last)
      return
    }
    segment = LogSegment(number: number, bytes: try onDisk(file.readAll()))
    (size, index, last) = (segment.bytes.count, nil, nil)
  }

  /// nil where the end of the file is no sound index.
  private static func index(of file: borrowing OpenFile) throws(StoreError) -> (index: SealedIndex, last: UInt64)? {
    let size = try onDisk(file.size())
    var tail = try onDisk(file.readAll(from: max(0, size - (16 << 10))))
    guard tail.count > FrameHeader.size else { return nil }
    let length = Int(tail.word(at: tail.count - 4, as: UInt32.self))
    guard length >= FrameHeader.size, length <= size else { return nil }
    if length > tail.count { tail = try onDisk(file.readAll(from: size - length)) }
    guard length <= tail.count else { return nil }
    let payload = tail.count - length + FrameHeader.size..<tail.count
    guard let header = FrameHeader(tail, at: tail.count - length), header.type == FrameType.index.rawValue,
      Int(header.payloadLength) == payload.count, CRC32C.checksum(tail, payload) == header.payloadCRC
    else { return nil }
    var reader = ByteReader(tail, payload)
    guard let last = try? reader.varint(), let index = try? SealedIndex(tail, reader.position..<tail.count),
      index.keptEnd <= size
    else { return nil }
    return (index, last)
  }

  /// Whether `scan`, of this segment's bytes, found nothing amiss: those of a sealed one lack its index, and no more.
  func isWhole(_ scan: SegmentScan) -> Bool {
    index == nil ? scan.damages.isEmpty : scan.damages.allSatisfy { $0.offset == segment.bytes.count }
  }
}
