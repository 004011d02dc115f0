import Files
import Glibc
import Interchange

/// Files of another tracker's store, which may be anybody's: no link is followed, no size believed.
enum ForeignFile {
  /// Texts are small; what is larger is none.
  private static let mostBytes = 16 << 20

  static func text(_ path: String) throws(ImportError) -> String {
    let bytes = try bytes(path, limit: mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ImportError(path: path, reason: "the file is no text in UTF-8")
    }
    return text
  }

  static func bytes(_ path: String, limit: Int = .max) throws(ImportError) -> [UInt8] {
    guard kind(of: path) == .file else { throw ImportError(path: path, reason: "this is no file") }
    do throws(FileError) {
      let file = try OpenFile(path, O_RDONLY, .read)
      let size = try file.size()
      guard size <= limit else { throw FileError(.read, path: path, code: EFBIG) }
      return try file.readAll()
    } catch {
      throw ImportError(path: path, reason: "it cannot be read: \(FileError.words(error.code))")
    }
  }

  /// The first bytes, at most so many.
  static func bytes(_ path: String, prefix: Int) throws(ImportError) -> [UInt8] {
    guard kind(of: path) == .file else { throw ImportError(path: path, reason: "this is no file") }
    do throws(FileError) {
      return try OpenFile(path, O_RDONLY, .read).readAll(limit: prefix)
    } catch {
      throw ImportError(path: path, reason: "it cannot be read: \(FileError.words(error.code))")
    }
  }

  enum Kind { case file, folder, other }

  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    default: .other
    }
  }

  static func names(in folder: String, includingHidden: Bool = false) throws(ImportError) -> [String] {
    do throws(FileError) {
      return try Folder.names(in: folder, includingHidden: includingHidden)
    } catch {
      throw ImportError(path: folder, reason: "it cannot be read: \(FileError.words(error.code))")
    }
  }

  /// All files under a folder, by their paths from there, sorted. Links and devices are left out and said.
  static func all(
    under folder: String, except: Set<String> = [], _ losses: inout [String]
  ) throws(ImportError) -> [ForeignRun.File] {
    var found: [ForeignRun.File] = []
    var waiting = [(path: folder, name: "")]
    while let (path, name) = waiting.popLast() {
      for part in try names(in: path, includingHidden: true) where !(name.isEmpty && except.contains(part)) {
        let (inner, innerName) = (path + "/" + part, name.isEmpty ? part : name + "/" + part)
        switch kind(of: inner) {
        case .file: found.append(ForeignRun.File(name: innerName, path: inner))
        case .folder: waiting.append((inner, innerName))
        case .other: losses.append("\(inner) is a link or no file, left out.")
        case nil: break
        }
      }
    }
    return found.sorted { $0.name < $1.name }
  }
}
