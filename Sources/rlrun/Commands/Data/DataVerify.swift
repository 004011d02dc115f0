import ArgumentParser
import DataVersions

struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that every file of the data sets is as it was written.",
    discussion: """
      Example:
        rlrun data verify
        rlrun data verify flowers

      Exit status 1 where something is wrong.
      """)

  @Argument(help: "The data set (default: all of them).")
  var name: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let repository = storeOption.data
    let names = try name.map { [try repository.dataSet(reference($0).name).name] } ?? repository.names()
    var (versions, problems) = (0, 0)
    for name in names {
      let dataSet = try repository.dataSet(name)
      versions += try dataSet.versions().count
      for problem in try dataSet.problems() {
        problems += 1
        complain(problem)
      }
    }
    print(
      "\(versions) version\(versions == 1 ? "" : "s") of \(names.count) data set\(names.count == 1 ? "" : "s"): "
        + (problems == 0 ? "all files are as they were written." : "\(problems) problem\(problems == 1 ? "" : "s")."))
    let remains = try repository.remains(of: name.map { _ in names }).remains
    if !remains.isEmpty { print("\(DataGC.summary(remains)): 'rlrun data gc' removes them.") }
    if problems > 0 { throw ExitCode(1) }
  }
}
