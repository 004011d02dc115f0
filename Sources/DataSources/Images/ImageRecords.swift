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
  private let keepsPixels: Bool
  private var nextFile = 0
  private var problems = 0
  private var firstProblem = ""
  private static let largestFile = 1 << 28

  /// `keepsPixels`: the files themselves are a column, too.
  init(_ files: [FolderListing.File], others: Int, keepsPixels: Bool) {
    (self.files, self.others, self.keepsPixels) = (files, others, keepsPixels)
    hasLabels = files.contains { $0.label != nil }
    columns =
      ["path"] + (hasLabels ? ["label"] : [])
      + ["format", "width", "height", "channels", "orientation", "bytes", "sha256", "phash", "problem"]
      + (keepsPixels ? [Self.image] : [])
  }

  private static let image = "image"
  var byteColumns: Set<String> { keepsPixels ? [Self.image] : [] }

  var place: String { nextFile > 0 ? files[nextFile - 1].name : "" }
  var remarks: [String] {
    var remarks = [counted(files.count, "image")]
    if others > 0 { remarks.append("\(counted(others, "file")) of other formats passed over") }
    if problems > 0 { remarks.append("\(counted(problems, "image")) with a problem, the first \(firstProblem)") }
    return remarks
  }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    guard nextFile < files.count else { return false }
    let file = files[nextFile]
    nextFile += 1
    row.removeAll(keepingCapacity: true)
    row.append(.text(file.name))
    if hasLabels { row.append(file.label.map { .text($0) } ?? .missing) }
    let (cells, bytes) = Self.cells(of: file.path)
    row += cells
    if case .text(let problem)? = cells.last {
      problems += 1
      if problems == 1 { firstProblem = "\(file.name): \(problem)" }
    }
    if keepsPixels { row.append(bytes.map { .bytes($0) } ?? .missing) }
    return true
  }

  /// From the format on, and the file; nil where it cannot be read.
  private static func cells(of path: String) -> (cells: [Cell], bytes: [UInt8]?) {
    func number(_ value: Int) -> Cell { .integer(Int64(value)) }
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try OpenFile(path, O_RDONLY, .read)
      let size = try file.size()
      guard size <= largestFile else {
        let problem = "the file has more than \(largestFile >> 20) MiB"
        let cells = Array(repeating: Cell.missing, count: 5) + [number(size), .missing, .missing, .text(problem)]
        return (cells, nil)
      }
      bytes = try file.readAll()
    } catch {
      let problem = "it cannot be read: \(FileError.words(error.code))"
      return (Array(repeating: .missing, count: 8) + [.text(problem)], nil)
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
      return (cells + [.text(hash.description), .missing], bytes)
    } catch {
      return (cells + [.missing, .text(error.text)], bytes)
    }
  }
}
