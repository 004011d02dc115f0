import ArgumentParser
import Settings
import Telemetry
import Tracker

struct Artifact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifact",
    abstract: "Extract or delete a file that was kept with a run; 'rlrun show' lists them.",
    discussion: """
      Example:
        rlrun artifact latest model.bin -o model.bin
        rlrun artifact --where "name = 'try 3'" plots/loss.svg > loss.svg
        rlrun artifact latest model.bin --delete

      Its bytes are checked against the SHA-256 in the log. The bytes of one that was deleted go with the next 'rlrun gc', if
      no other run has them.
      """)

  @Argument(help: ArgumentHelp("The run, then the artifact's name.", valueName: "run|name"))
  var words: [String] = []

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  @Flag(help: "Delete it from the run.")
  var delete = false

  @OptionGroup var choice: RunChoice

  func validate() throws {
    if delete, output != nil { throw ValidationError("--delete and --output exclude each other") }
  }

  func run() throws {
    let (references, name) = try choice.split(words, last: "the artifact's name")
    let store = try choice.storeOption.open()
    let id = try choice.id(naming: references, in: store, for: "artifact")
    let artifacts = try store.load(id).artifacts.latest
    guard let artifact = artifacts.first(where: { $0.name == name }) else {
      let names = artifacts.map(\.name)
      let hint =
        didYouMean(name, among: names)
        ?? (names.isEmpty ? "; it has none" : "; it has " + names.joined(separator: ", "))
      throw UsageError("run \(id) has no artifact '\(name)'\(hint)")
    }
    if delete { return try store.annotate(id, removingArtifacts: [name]) }
    let file = try Output(output)
    let reader = try store.openArtifact(artifact)
    while let bytes = try reader.next() { try file.write(bytes) }
    try file.finish()
  }
}
