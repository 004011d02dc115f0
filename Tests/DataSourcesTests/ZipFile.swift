import Formats

/// Writes ZIP archives for tests, whole ones and hostile ones.
struct ZipFile {
  /// Numbers are written as those of archives beyond 4 GiB are.
  let isWide: Bool
  private(set) var bytes: [UInt8] = []
  private var list: [UInt8] = []
  private var count: UInt16 = 0

  init(isWide: Bool = false) { self.isWide = isWide }

  /// A file, stored, or deflated where that makes it shorter and is wanted.
  mutating func add(_ name: String, _ content: [UInt8], isDeflated: Bool = false, flags: UInt16 = 0) {
    var packed = content
    var method: UInt16 = 0
    // zlib's frame is two bytes before and four after.
    if isDeflated, let deflated = content.withUnsafeBufferPointer({ Deflate.compress($0) }) {
      (packed, method) = (Array(deflated.dropFirst(2).dropLast(4)), 8)
    }
    func fields(packed size: UInt32, _ whole: UInt32, extra: Int) -> [UInt8] {
      var fields: [UInt8] = []
      fields.append(littleEndian: UInt16(20))
      fields.append(littleEndian: flags)
      fields.append(littleEndian: method)
      fields.append(littleEndian: UInt32(0))
      fields.append(littleEndian: Deflate.crc32(content))
      fields.append(littleEndian: size)
      fields.append(littleEndian: whole)
      fields.append(littleEndian: UInt16(name.utf8.count))
      fields.append(littleEndian: UInt16(extra))
      return fields
    }
    var wide: [UInt8] = [1, 0, 24, 0]
    for number in [content.count, packed.count, bytes.count] { wide.append(littleEndian: UInt64(number)) }
    if !isWide { wide = [] }
    let sizes = (UInt32(packed.count), UInt32(content.count))
    let listed = isWide ? (UInt32.max, UInt32.max) : sizes
    list += [0x50, 0x4B, 1, 2, 20, 0] + fields(packed: listed.0, listed.1, extra: wide.count)
    list += [UInt8](repeating: 0, count: 10)
    list.append(littleEndian: isWide ? UInt32.max : UInt32(bytes.count))
    list += Array(name.utf8) + wide
    bytes += [0x50, 0x4B, 3, 4] + fields(packed: sizes.0, sizes.1, extra: 0) + Array(name.utf8) + packed
    count += 1
  }

  mutating func add(_ name: String, _ content: String) { add(name, Array(content.utf8)) }

  /// With the list of files.
  var finished: [UInt8] {
    var end: [UInt8] = []
    if isWide {
      end += [0x50, 0x4B, 6, 6, 44] + [UInt8](repeating: 0, count: 19)
      for number in [Int(count), Int(count), list.count, bytes.count] { end.append(littleEndian: UInt64(number)) }
      end += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
      end.append(littleEndian: UInt64(bytes.count + list.count))
      end += [1, 0, 0, 0]
    }
    end += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end.append(littleEndian: isWide ? UInt16.max : count)
    end.append(littleEndian: isWide ? UInt16.max : count)
    end.append(littleEndian: isWide ? UInt32.max : UInt32(list.count))
    end.append(littleEndian: isWide ? UInt32.max : UInt32(bytes.count))
    end.append(littleEndian: UInt16(0))
    return bytes + list + end
  }
}

/// The least of a workbook, with parts replaced.
func workbook(
  sheet: String, strings: String? = nil, styles: String? = nil, book: String? = nil, isWide: Bool = false
) -> ZipFile {
  var zip = ZipFile(isWide: isWide)
  let type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  zip.add(
    "_rels/.rels",
    "<Relationships><Relationship Id=\"rId1\" Type=\"\(type)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
  )
  zip.add(
    "xl/_rels/workbook.xml.rels",
    "<Relationships><Relationship Id=\"a\" Type=\"\(type)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
      + "<Relationship Id=\"b\" Type=\"\(type)/styles\" Target=\"/xl/styles.xml\"/>"
      + "<Relationship Id=\"c\" Type=\"\(type)/sharedStrings\" Target=\"../xl/sharedStrings.xml\"/></Relationships>")
  zip.add(
    "xl/workbook.xml", book ?? "<workbook><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>")
  zip.add("xl/worksheets/sheet1.xml", sheet)
  if let strings { zip.add("xl/sharedStrings.xml", strings) }
  if let styles { zip.add("xl/styles.xml", styles) }
  return zip
}

/// A sheet of these rows of cells, as XML.
func sheet(_ rows: String) -> String { "<?xml version=\"1.0\"?><worksheet><sheetData>\(rows)</sheetData></worksheet>" }
