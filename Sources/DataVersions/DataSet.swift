import Datasets
import Files
import Formats
import Foundation

/// A data set: an append-only list of versions. Its folder holds a manifest a version, and the Parquet files with the rows,
/// each named after the SHA-256 of its bytes and shared by all versions that have these rows.
///
///     let orders = try DataRepository(store: "runs").dataSet("orders")
///     let table = try orders.latest().table(in: orders.repository)
package struct DataSet: Hashable, Sendable {
  package let name: String
  package let repository: DataRepository

  init(name: String, in repository: DataRepository) { (self.name, self.repository) = (name, repository) }

  var folder: String { repository.path + "/" + name }
  var versionsFolder: String { folder + "/versions" }
  var partsFolder: String { folder + "/parts" }
  private var tagsPath: String { folder + "/tags.json" }
  var lockPath: String { folder + "/lock" }

  func manifestPath(_ number: Int) -> String {
    let digits = String(number)
    return versionsFolder + "/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".json"
  }

  /// The path of a part's file, to be read by any program that reads Parquet.
  package func path(of part: DataVersion.Part) -> String { partsFolder + "/" + part.sha256 + ".parquet" }

  /// The numbers of all versions, deleted ones too, in order.
  package func numbers() throws(DataRepositoryError) -> [Int] {
    try onDisk { () throws(FileError) in try Folder.names(in: versionsFolder) }.compactMap { name in
      guard name.hasSuffix(".json"), let number = Int(name.dropLast(5)), manifestPath(number).hasSuffix("/" + name)
      else { return nil }
      return number
    }.sorted()
  }

  /// All versions, deleted ones too, in order.
  package func allVersions() throws(DataRepositoryError) -> [DataVersion] {
    var versions: [DataVersion] = []
    for number in try numbers() { versions.append(try read(number)) }
    return versions
  }

  /// All versions that are there, in order.
  package func versions() throws(DataRepositoryError) -> [DataVersion] { try allVersions().filter { !$0.isDeleted } }

  package func latest() throws(DataRepositoryError) -> DataVersion { try version(.latest) }

  package func version(_ choice: DataSetReference.Choice) throws(DataRepositoryError) -> DataVersion {
    let numbers = try numbers()
    switch choice {
    case .latest:
      for number in numbers.reversed() {
        let version = try read(number)
        if !version.isDeleted { return version }
      }
      throw .deleted("every version of the data set '\(name)'")
    case .number(let number):
      guard numbers.contains(number) else {
        throw .unknownVersion(name, asked: number, latest: numbers.last ?? 0)
      }
      let version = try read(number)
      if version.isDeleted { throw .deleted("\(version.reference)") }
      return version
    case .tag(let tag):
      let tags = try tags()
      guard let number = tags[tag] else { throw .unknownTag(name, tag: tag, known: tags.keys.sorted()) }
      return try version(.number(number))
    }
  }

  private func read(_ number: Int) throws(DataRepositoryError) -> DataVersion {
    let path = manifestPath(number)
    let bytes = try onDisk { () throws(FileError) in try OpenFile.contents(of: path) }
    struct Layout: Decodable { var layout: Int }
    if let layout = try? JSONForm.line.decode(Layout.self, from: Data(bytes)).layout, layout > DataVersion.layout {
      throw .newer(path: path)
    }
    let version: DataVersion
    do {
      version = try JSONForm.line.decode(DataVersion.self, from: Data(bytes))
    } catch {
      throw .damaged(path: path, problem: "it is no manifest of a version")
    }
    if let problem = version.contradiction(name: name, number: number) {
      throw .damaged(path: path, problem: problem)
    }
    return version
  }

  /// Names that a user gave to versions.
  package func tags() throws(DataRepositoryError) -> [String: Int] {
    guard Folder.holds(tagsPath) else { return [:] }
    let bytes = try onDisk { () throws(FileError) in try OpenFile.contents(of: tagsPath) }
    do {
      return try JSONForm.line.decode([String: Int].self, from: Data(bytes))
    } catch {
      throw .damaged(path: tagsPath, problem: "it is no list of tags")
    }
  }

  /// Gives a version a name, which another version may have had; nil takes the name away.
  package func tag(_ tag: String, as number: Int?) throws(DataRepositoryError) {
    guard DataSetReference.isName(tag), tag != "latest", Int(tag) == nil else { throw .badName(tag) }
    let lock = try DataSetLock.take(self)
    defer { withExtendedLifetime(lock) {} }
    var tags = try tags()
    if number == nil, tags[tag] == nil { throw .unknownTag(name, tag: tag, known: tags.keys.sorted()) }
    if let number { _ = try version(.number(number)) }
    tags[tag] = number
    try place(tags, at: tagsPath)
  }

  func write(_ version: DataVersion) throws(DataRepositoryError) {
    try place(version, at: manifestPath(version.number))
  }

  private func place(_ value: some Encodable, at path: String) throws(DataRepositoryError) {
    // Nothing in it cannot be encoded.
    let bytes = Array(try! JSONForm.line.encode(value)) + Array("\n".utf8)
    try onDisk { () throws(FileError) in try Folder.place(bytes, at: path, system: SystemCalls()) }
  }
}

extension DataVersion {
  /// How a manifest contradicts itself, if it does.
  fileprivate func contradiction(name: String, number: Int) -> String? {
    if self.name != name || self.number != number { return "it is of \(reference)" }
    if rows < 0 || parts.contains(where: { $0.rows < 0 || $0.bytes < 0 }) { return "it has a negative size" }
    var sum = 0
    for part in parts {
      let (total, overflows) = sum.addingReportingOverflow(part.rows)
      if overflows { return "its parts have too many rows" }
      sum = total
      let isDigest =
        part.sha256.utf8.count == 64 && part.sha256.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
      if !isDigest { return "a part has no SHA-256" }
    }
    if sum != rows { return "its parts have \(sum) rows, and it says \(rows)" }
    if Set(columns.map(\.name)).count != columns.count { return "two columns have the same name" }
    return nil
  }
}
