import ArgumentParser
import DataVersions
import Formats

struct DataLog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the versions of a data set, the newest first.",
    discussion: """
      Example:
        rlrun data log flowers
      """)

  @Argument(help: "The data set.")
  var name: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let dataSet = try storeOption.data.dataSet(reference(name).name)
    let versions = try dataSet.allVersions()
    if json { return try printJSON(versions.map { VersionPage($0) }) }
    let tags = try dataSet.tags()
    var table = TextTable(
      ["version", "created", "rows", "columns", "tags", "from", "note"], dispensable: ["columns", "note", "created"])
    for version in versions.reversed() {
      let names = tags.filter { $0.value == version.number }.keys.sorted().joined(separator: ", ")
      let page = VersionPage(version)
      table.add([
        "\(version.number)", localTime(version.created), version.isDeleted ? "–" : "\(version.rows)",
        "\(version.columns.count)", names, version.isDeleted ? "deleted" : page.origin, version.note,
      ])
    }
    print(table.fitted(to: pageWidth).text)
  }
}

struct DataTag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Give a version a name, or take one away.",
    discussion: """
      Example:
        rlrun data tag flowers@1 checked
        rlrun data head flowers@checked
        rlrun data tag flowers --remove checked

      A tag names one version at a time; given to another, it moves.
      """)

  @OptionGroup var argument: VersionArgument

  @Argument(help: "The tag.")
  var tag: String?

  @Option(help: ArgumentHelp("The tag to take away.", valueName: "tag"))
  var remove: String?

  func run() throws {
    guard (tag == nil) != (remove == nil) else { throw UsageError("name the tag to set, or one to --remove") }
    let dataSet = try argument.dataSet()
    if let remove {
      try dataSet.tag(remove, as: nil)
      print("\(dataSet.name)@\(remove) is no more.")
    } else if let tag {
      let version = try argument.resolve()
      try dataSet.tag(tag, as: version.number)
      print("\(dataSet.name)@\(tag) is version \(version.number).")
    }
  }
}
