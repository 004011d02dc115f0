import ArgumentParser
import DataVersions
import Formats

struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the data sets.",
    discussion: """
      Example:
        rlrun data list
        rlrun data list --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let repository = storeOption.data
    var latest: [DataVersion] = []
    for name in try repository.names() {
      if let version = try repository.dataSet(name).versions().last { latest.append(version) }
    }
    if json { return try printJSON(latest.map { VersionPage($0) }) }
    if latest.isEmpty { return print("No data sets in \(storeOption.path) yet; add one: rlrun data add NAME FILE.csv") }
    var table = TextTable(
      ["data set", "version", "rows", "columns", "created", "source"], dispensable: ["source", "created"])
    for version in latest {
      table.add([
        version.name, "\(version.number)", "\(version.rows)", "\(version.columns.count)", localTime(version.created),
        VersionPage(version).origin,
      ])
    }
    print(table.fitted(to: pageWidth).text)
  }
}
