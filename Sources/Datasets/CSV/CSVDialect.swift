/// Finds out how a CSV file is written from its beginning: encoding, line ends, delimiter, decimal mark.
struct CSVDialect {
  private(set) var format: CSVFormat
  /// What was found to be unusual, in a few words each.
  var remarks: [String] = []
  private let decimalIsKnown: Bool

  /// So many bytes are looked at.
  static let sampleSize = 1 << 18
  private static let delimiters = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
  private static let mostRecords = 200

  /// `bytes` are the first of a file, all of it where `isWhole`; what is asked for is not found out, and `guess` is what
  /// the whole file's encoding looks like, where that is known.
  init(
    of bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, hasHeader: Bool, delimiter: Unicode.Scalar?,
    decimal: DecimalMark?, encoding: TextEncoding?, guess: TextEncoding? = nil
  ) {
    format = CSVFormat(hasHeader: hasHeader)
    format.encoding = encoding ?? guess ?? TextEncoding.guess(bytes, isWhole: isWhole)
    if encoding == .utf16LittleEndian, bytes.starts(with: [0xFE, 0xFF]) { format.encoding = .utf16BigEndian }
    if encoding == nil, format.encoding != .utf8 { remarks.append("encoding \(format.encoding.rawValue)") }
    let sample = Self.text(bytes, format.encoding, isWhole: isWhole && bytes.count <= Self.sampleSize)
    format.endsLinesWithCR = Self.endsLinesWithCR(sample.text)
    if format.endsLinesWithCR { remarks.append("lines that end with CR") }
    if let delimiter {
      format.delimiter = delimiter
    } else {
      format.separator = Self.delimiter(sample.text, lineEnd: format.lineEnd, isWhole: sample.isWhole)
      if format.separator != UInt8(ascii: ",") {
        remarks.append(format.separator == UInt8(ascii: "\t") ? "delimiter tab" : "delimiter '\(format.delimiter)'")
      }
    }
    let fields = Self.records(sample.text, format.separator, format.lineEnd, isWhole: sample.isWhole)
    if hasHeader, let names = fields.first, names.count > 1, format.separator != UInt8(ascii: "\t") {
      format.skipsSpaces = names.dropFirst().allSatisfy { $0.count > 1 && $0.first == UInt8(ascii: " ") }
      if format.skipsSpaces { remarks.append("spaces after the delimiter skipped") }
    }
    let found = Self.decimal(in: fields.dropFirst(hasHeader ? 1 : 0), separator: format.separator)
    decimalIsKnown = decimal != nil || found != nil
    format.decimal = decimal ?? found ?? .point
    if decimal == nil, format.decimal == .comma { remarks.append("decimal commas") }
  }

  /// What is read with columns that were recorded: the format that was recorded with them, in the encoding and with the
  /// line ends of this file, where the first record has the columns so; else the format of the file.
  func chosen(over reading: TableReading, _ bytes: [UInt8]) -> CSVDialect {
    var own = self
    own.format.rules = reading.format.rules
    if !decimalIsKnown { own.format.decimal = reading.format.decimal }
    // The first bytes may not show it.
    if reading.format.encoding == .windows1252, format.encoding == .utf8, bytes.allSatisfy({ $0 < 0x80 }) {
      own.format.encoding = .windows1252
    }
    var kept = own
    kept.format.separator = reading.format.separator
    kept.format.skipsSpaces = reading.format.skipsSpaces
    kept.format.decimal = reading.format.decimal
    let isSame = kept.format.separator == format.separator
    func finds(_ format: CSVFormat) -> Bool {
      var records = CSVRecords(ByteStream(bytes, encoding: format.encoding), format: format)
      guard (try? records.next()) == true, let names = try? records.names(format) else { return false }
      return reading.columns.keys.allSatisfy(names.contains)
    }
    return !isSame && finds(kept.format) && !finds(own.format) ? kept : own
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding, isWhole: Bool
  ) -> (text: [UInt8], isWhole: Bool) {
    let start = encoding == .utf8 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let part = UnsafeBufferPointer(rebasing: bytes[start..<max(start, min(bytes.count, sampleSize))])
    var text: [UInt8] = []
    var transcoder = Transcoder(encoding)
    transcoder.append(part, isLast: isWhole, to: &text)
    return (text, isWhole)
  }

  /// There is a CR outside of quotes, and no LF.
  private static func endsLinesWithCR(_ text: [UInt8]) -> Bool {
    var isQuoted = false
    var hasCR = false
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") { return false }
      if byte == UInt8(ascii: "\r") { hasCR = true }
    }
    return hasCR
  }

  /// The comma, unless another one parts more of the records into as many fields as the first has, two or more.
  private static func delimiter(_ text: [UInt8], lineEnd: UInt8, isWhole: Bool) -> UInt8 {
    var best = (delimiter: UInt8(ascii: ","), share: 0.0)
    for delimiter in delimiters {
      let counts = records(text, delimiter, lineEnd, isWhole: isWhole).map(\.count)
      guard let first = counts.first, first > 1 else { continue }
      let share = Double(counts.count { $0 == first }) / Double(counts.count)
      if share > best.share { best = (delimiter, share) }
    }
    return best.delimiter
  }

  /// The fields of the first records as they are written, without their quotes; blank lines and a last record that is cut
  /// off are left out.
  private static func records(
    _ text: [UInt8], _ delimiter: UInt8, _ lineEnd: UInt8, isWhole: Bool
  ) -> [[ArraySlice<UInt8>]] {
    let quote = UInt8(ascii: "\"")
    var records: [[ArraySlice<UInt8>]] = []
    var record: [ArraySlice<UInt8>] = []
    var at = 0
    while at < text.count, records.count < mostRecords {
      let start = at
      if text[at] == quote {
        at += 1
        while at < text.count, text[at] != quote || (at + 1 < text.count && text[at + 1] == quote) {
          at += text[at] == quote ? 2 : 1
        }
        if at >= text.count { break }
        at += 1
      }
      while at < text.count, text[at] != delimiter, text[at] != lineEnd { at += 1 }
      if at == text.count && !isWhole { break }
      var field = text[start..<at]
      if at == text.count || text[at] == lineEnd, field.last == UInt8(ascii: "\r") { field.removeLast() }
      if field.count > 1, field.first == quote, field.last == quote { field = field.dropFirst().dropLast() }
      record.append(field)
      if at < text.count, text[at] == delimiter {
        at += 1
        if at < text.count { continue }
        record.append([])
      }
      if record.count > 1 || !record[0].isEmpty { records.append(record) }
      record = []
      at += 1
    }
    return records
  }

  /// The point where a value has one, the comma where some have that and none a point; nil where there are no decimals.
  /// Between commas a comma may part thousands, too.
  private static func decimal(in records: ArraySlice<[ArraySlice<UInt8>]>, separator: UInt8) -> DecimalMark? {
    var hasComma = false
    for field in records.joined() {
      if field.withUnsafeBufferPointer({ isDecimal($0, UInt8(ascii: ".")) }) { return .point }
      hasComma = hasComma || field.withUnsafeBufferPointer { isDecimal($0, UInt8(ascii: ",")) }
    }
    return hasComma && separator != UInt8(ascii: ",") ? .comma : nil
  }

  private static func isDecimal(_ bytes: UnsafeBufferPointer<UInt8>, _ mark: UInt8) -> Bool {
    bytes.contains(mark) && ValueParsing.number(bytes, decimal: mark) != nil
  }
}
