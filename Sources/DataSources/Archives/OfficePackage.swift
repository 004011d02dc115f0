import Files
import Glibc

/// A document of Office Open XML: parts in a ZIP archive that refer to each other (ECMA-376, part 2).
struct OfficePackage {
  struct Relationship {
    var id: String
    /// The last word of the type's address: `worksheet`.
    var type: String
    /// The name of the part it leads to.
    var target: String
  }

  let archive: ZipArchive
  /// The name of the part that is the document.
  let main: String

  /// `kind`: for messages, "Excel workbook".
  init(_ path: String, kind: String, folder: String) throws(DataSourceError) {
    if let problem = try Self.compoundFile(path) { throw DataSourceError(location: path, problem) }
    do throws(DataSourceError) {
      archive = try ZipArchive(path)
    } catch {
      throw error.status == .badUsage ? error : DataSourceError(location: path, "it is no \(kind): \(error.problem)")
    }
    let names = archive.names
    if names.contains("xl/workbook.bin") {
      throw DataSourceError(location: path, "it is a binary workbook (.xlsb): save it as .xlsx")
    }
    let roots = try Self.relationships(archive, of: "")
    main = roots.first { $0.type == "officeDocument" }?.target ?? ""
    guard names.contains(main), main.hasPrefix(folder) else {
      throw DataSourceError(location: path, "it is no \(kind), but another ZIP archive")
    }
  }

  /// The parts that the main one refers to.
  func relationships() throws(DataSourceError) -> [Relationship] { try Self.relationships(archive, of: main) }

  /// The XML of a part; nil if it is not there.
  func read(_ part: String) throws(DataSourceError) -> XMLReader? { try archive.open(part).map { XMLReader($0) } }

  private static func relationships(_ archive: ZipArchive, of part: String) throws(DataSourceError) -> [Relationship] {
    let folder = part.split(separator: "/").dropLast().map(String.init)
    let name = part.split(separator: "/").last ?? ""
    let list = (folder + ["_rels", "\(name).rels"]).joined(separator: "/")
    guard let entry = try archive.open(list) else { return [] }
    var xml = XMLReader(entry)
    var found: [Relationship] = []
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("Relationship"):
        guard let id = try xml.attributeText("Id"), let type = try xml.attributeText("Type"),
          let target = try xml.attributeText("Target"), try xml.attributeText("TargetMode") != "External"
        else { continue }
        let last = type.split(separator: "/").last.map(String.init) ?? ""
        found.append(Relationship(id: id, type: last, target: resolve(target, in: folder)))
      case .finished: return found
      default: continue
      }
    }
  }

  private static func resolve(_ target: String, in folder: [String]) -> String {
    var parts = target.hasPrefix("/") ? [] : folder
    for part in target.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
  }

  /// Why a file of the older container is not read: it holds an encrypted document or one of an older Office; nil for others.
  private static func compoundFile(_ path: String) throws(DataSourceError) -> String? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile(path, O_RDONLY, .read).readAll(limit: 1 << 23)
    } catch { throw DataSourceError(error) }
    guard bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) else { return nil }
    let mark = "EncryptedPackage".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    // The names in it stand at multiples of 128.
    let isEncrypted = stride(from: 0, to: bytes.count - mark.count, by: 128).contains {
      bytes[$0..<$0 + mark.count].elementsEqual(mark)
    }
    return isEncrypted
      ? "it is protected by a password: save it without one"
      : "it is a document of an older Office (.xls, .doc): save it as .xlsx or .docx"
  }
}
