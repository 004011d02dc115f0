import ArgumentParser
import DataVersions
import Formats

struct DataDelete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete a version, or a data set with all its versions, for good.",
    discussion: """
      Example:
        rlrun data delete flowers@1 --yes
        rlrun data delete flowers --yes

      Files that another version has too stay. The number of a deleted version is not given again.
      """)

  @OptionGroup var argument: VersionArgument

  @Flag(name: .shortAndLong, help: "Delete without a question.")
  var yes = false

  func run() throws {
    let dataSet = try argument.dataSet()
    guard argument.version.contains("@") else {
      let count = try dataSet.versions().count
      let versions = "\(count) version\(count == 1 ? "" : "s")"
      guard try Confirmation("delete \(dataSet.name) with \(versions)").isGiven(unless: yes) else {
        return print("Nothing is deleted.")
      }
      try dataSet.delete()
      return print("\(dataSet.name) is deleted.")
    }
    let version = try argument.resolve()
    guard try Confirmation("delete \(version.reference)").isGiven(unless: yes) else {
      return print("Nothing is deleted.")
    }
    let bytes = try dataSet.delete(versions: [version.number])
    print("\(version.reference) is deleted: \(byteCount(bytes)) are free.")
  }
}

struct DataDu: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "du",
    abstract: "Show what the data sets take on the disk.",
    discussion: """
      Example:
        rlrun data du

      Files that several versions share count once.
      """)

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let repository = storeOption.data
    var table = TextTable(["data set", "versions", "files", "size", "without sharing"])
    for name in try repository.names() {
      let versions = try repository.dataSet(name).versions()
      let parts = Dictionary(versions.flatMap { $0.parts.map { ($0.sha256, $0.bytes) } }, uniquingKeysWith: { $1 })
      table.add([
        name, "\(versions.count)", "\(parts.count)", byteCount(parts.values.reduce(0, +)),
        byteCount(versions.reduce(0) { $0 + $1.bytes }),
      ])
    }
    print(table.fitted(to: pageWidth).text)
  }
}
