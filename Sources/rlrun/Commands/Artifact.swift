import ArgumentParser
import Settings
import Telemetry
import Tracker

struct Artifact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifact",
    abstract: "Get out a file that was kept with a run; 'rlrun show' lists them.",
    discussion: """
      Example:
        rlrun artifact latest model.bin -o model.bin

      Its bytes are checked against the SHA-256 in the log.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Argument(help: "The artifact's name.")
  var name: String

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let artifacts = try store.load(id).artifacts.latest
    guard let artifact = artifacts.first(where: { $0.name == name }) else {
      let names = artifacts.map(\.name)
      let hint =
        didYouMean(name, among: names)
        ?? (names.isEmpty ? "; it has none" : "; it has " + names.joined(separator: ", "))
      throw UsageError("run \(id) has no artifact '\(name)'\(hint)")
    }
    let file = try Output(output)
    let reader = try store.openArtifact(artifact)
    while let bytes = try reader.next() { try file.write(bytes) }
    try file.finish()
  }
}
