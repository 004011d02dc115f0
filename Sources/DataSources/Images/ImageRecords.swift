import Files
import Formats
import Glibc
import Images

/// What is known of images, a row for each; one that cannot be read is a row that says why.
final class ImageRecords: RecordSource {
  let columns: [String]
  private let files: [FolderListing.File]
  private let others: Int
  private let hasLabels: Bool
  private var nextFile = 0
  private var problems = 0
  private static let largestFile = 1 << 28

  init(_ files: [FolderListing.File], others: Int) {
    (self.files, self.others) = (files, others)
    hasLabels = files.contains { $0.label != nil }
    columns =
      ["path"] + (hasLabels ? ["label"] : [])
      + ["format", "width", "height", "channels", "orientation", "bytes", "sha256", "phash", "problem"]
  }

  var place: String { nextFile > 0 ? files[nextFile - 1].name : "" }
  var remarks: [String] {
    var remarks = [counted(files.count, "image")]
    if others > 0 { remarks.append("\(counted(others, "file")) of other formats passed over") }
    if problems > 0 { remarks.append("\(counted(problems, "image")) with a problem") }
    return remarks
  }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    guard nextFile < files.count else { return false }
    let file = files[nextFile]
    nextFile += 1
    row.removeAll(keepingCapacity: true)
    row.append(.text(file.name))
    if hasLabels { row.append(file.label.map { .text($0) } ?? .missing) }
    row += Self.cells(of: file.path)
    if row.last != .missing { problems += 1 }
    return true
  }

  /// From the format on.
  private static func cells(of path: String) -> [Cell] {
    func number(_ value: Int) -> Cell { .integer(Int64(value)) }
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try OpenFile(path, O_RDONLY, .read)
      let size = try file.size()
      guard size <= largestFile else {
        let problem = "the file has more than \(largestFile >> 20) MiB"
        return [.missing, .missing, .missing, .missing, .missing, number(size), .missing, .missing, .text(problem)]
      }
      bytes = try file.readAll()
    } catch {
      return Array(repeating: .missing, count: 8) + [.text("it cannot be read: \(FileError.words(error.code))")]
    }
    let header = ImageHeader(bytes)
    let format: Cell = ImageFormat(bytes).map { .text($0.rawValue) } ?? .missing
    var cells: [Cell] =
      header.map {
        [format, number($0.width), number($0.height), number($0.channels), number($0.orientation)]
      } ?? [format, .missing, .missing, .missing, .missing]
    cells += [number(bytes.count), .text(SHA256.hexadecimal(bytes))]
    do throws(ImageProblem) {
      let hash = PerceptualHash(try ImageDecoder.pixels(of: bytes))
      return cells + [.text(hash.description), .missing]
    } catch {
      return cells + [.missing, .text(error.text)]
    }
  }
}
