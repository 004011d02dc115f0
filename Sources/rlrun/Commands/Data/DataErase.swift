import ArgumentParser
import DataVersions
import Formats
import Foundation
import Preparing

struct DataErase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Take rows out of every version of a data set for good.",
    discussion: """
      Example:
        rlrun data erase flowers --rows 17,20-25 --yes

      The files that hold the rows are written anew without them and the old ones are deleted; the other rows keep their ids,
      and each version records when and how many. Data sets that were made from this one are named and stay as they are, as
      do runs, whose models saw the rows.
      """)

  @Argument(help: "The data set.")
  var name: String

  @Option(help: ArgumentHelp("The ids of the rows.", valueName: "1,5-9"))
  var rows: String

  @Flag(name: .shortAndLong, help: "Erase without a question.")
  var yes = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let ids = try Self.ids(rows)
    let store = try storeOption.open()
    let dataSet = try storeOption.data.dataSet(reference(name).name)
    guard try Confirmation("erase \(rowCount(ids.count)) of \(dataSet.name) for good").isGiven(unless: yes) else {
      return print("Nothing is erased.")
    }
    let losses = try dataSet.erase(rows: ids)
    if losses.isEmpty { return print("No version of \(dataSet.name) has these rows.") }
    for loss in losses { print("\(dataSet.name)@\(loss.version): \(rowCount(loss.rows)) erased.") }
    var others: Set<String> = []
    for version in try dataSet.versions() {
      for child in try DataLineage(of: version, in: store).descendants where child.name != dataSet.name {
        others.insert("\(child.reference)")
      }
    }
    if !others.isEmpty { complain("made from it, and unchanged: \(others.sorted().joined(separator: ", "))") }
  }

  /// `1,5-9`
  static func ids(_ text: String) throws -> Set<Int> {
    var ids: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first > 0, first <= last
      else { throw UsageError("--rows takes ids as 1,5-9, not '\(text)'") }
      guard ids.count + (last - first) < 10_000_000 else { throw UsageError("--rows takes at most 10 million ids") }
      ids.formUnion(first...last)
    }
    return ids
  }
}
