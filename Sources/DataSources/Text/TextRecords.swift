import Datasets

/// The lines or paragraphs of a text that are not blank, or all of it.
final class TextRecords: RecordSource {
  let columns: [String]
  private(set) var remarks: [String] = []
  private let location: DataLocation
  private let unit: SourceOptions.TextUnit
  private var bytes: SourceBytes
  private var line: [UInt8] = []
  private var lineNumber = 0
  private var record = 0
  private static let longest = 1 << 28

  init(_ location: DataLocation, unit: SourceOptions.TextUnit, encoding: TextEncoding?) throws(DataSourceError) {
    (self.location, self.unit) = (location, unit)
    columns = [unit.rawValue, "text"]
    bytes = try SourceBytes(location.path, encoding: encoding)
    if bytes.looksBinary {
      throw DataSourceError(location: location.path, "it is no text: there are zero bytes in it")
    }
    remarks = bytes.remarks
  }

  var place: String { unit == .file ? "line \(lineNumber)" : "\(unit.rawValue) \(record)" }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    var text: [UInt8] = []
    do throws(DataSourceError) {
      switch unit {
      case .line:
        repeat {
          guard try nextLine() else { return false }
          record = lineNumber
        } while isBlank(line)
        text = line
      case .paragraph:
        while try nextLine() {
          if isBlank(line) {
            if text.isEmpty { continue } else { break }
          }
          if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
          text += line
          try check(text.count)
        }
        if text.isEmpty { return false }
        record += 1
      case .file:
        guard record == 0 else { return false }
        record = 1
        while try bytes.has(1) {
          text += bytes.available
          bytes.advance(bytes.available.count)
          try check(text.count)
        }
      }
    } catch {
      throw error.of(location.path, place: place)
    }
    row.removeAll(keepingCapacity: true)
    row.append(unit == .file ? .text(location.name) : .integer(Int64(record)))
    row.append(.nonempty(String(decoding: text, as: UTF8.self)))
    return true
  }

  private func check(_ count: Int) throws(DataSourceError) {
    guard count <= Self.longest else {
      throw DataSourceError("a text of more than \(Self.longest >> 20) MiB is not read")
    }
  }

  private func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 32 || $0 == 9 } }

  /// Reads up to LF, CR or CR and LF; false at the end.
  private func nextLine() throws(DataSourceError) -> Bool {
    guard try bytes.has(1) else { return false }
    line.removeAll(keepingCapacity: true)
    lineNumber += 1
    while try bytes.has(1) {
      let part = bytes.available
      guard let end = part.firstIndex(where: { $0 == 10 || $0 == 13 }) else {
        line += part
        bytes.advance(part.count)
        try check(line.count)
        continue
      }
      line += part[..<end]
      let isReturn = part[end] == 13
      bytes.advance(end - part.startIndex + 1)
      if isReturn, try bytes.has(1), bytes.available.first == 10 { bytes.advance(1) }
      break
    }
    return true
  }
}
