import ArgumentParser
import Formats
import Runs
import Search
import Settings
import Tracker

struct SearchOpen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Start a search that is asked for settings and told scores, and print its id.",
    discussion: """
      Example:
        search=$(rlrun search open --space space.yaml --metric loss --trials 30)
        rlrun search ask $search
      """)

  @OptionGroup var options: SearchOptions

  @Option(help: ArgumentHelp("The seed (default: 0).", valueName: "S"))
  var seed: UInt64 = 0

  @Option(help: "The experiment the runs belong to.")
  var experiment = "default"

  @Option(help: "A name for the search, and for what it tries.")
  var name = "asked"

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let (metric, direction) = try options.judging(by: nil)
    var search = SearchConfiguration(
      asked: name, space: try options.resolveSpace(for: nil, domains: nil), metric: metric, direction: direction)
    search.progressMetric = metric
    try options.apply(to: &search, seeds: [seed], maximumTime: nil)
    if options.freshSeeds == nil { search.freshSeeds = 0 }
    let store = try storeOption.open(create: true)
    print(try AskedSearch(search, experiment: experiment, name: name, seed: seed, in: store).id)
  }
}

struct SearchAsk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Print the next settings to try, with the run to tell the score of, as JSON.",
    discussion: """
      Example:
        rlrun search ask 3f9k2mzq
        rlrun search ask 3f9k2mzq --shell

      With --shell it prints assignments for a shell: eval "$(rlrun search ask RUN --shell)" sets $run, $seed and a variable a
      setting. Exit status 1 where all settings have been asked for.
      """)

  @Argument(help: ArgumentHelp("The search.", valueName: "run"))
  var search: String

  @Flag(help: "Print assignments for a shell.")
  var shell = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    guard let (run, values) = try AskedSearch(store.findSearch(search), in: store).ask() else {
      complain("all trials of the search have been asked for")
      throw ExitCode(1)
    }
    let description = try store.load(run).description
    guard shell else {
      return try printJSON(
        Question(run: run, trial: description.trial?.number ?? 0, seed: description.seed, values: values))
    }
    print("run=\(run)\nseed=\(description.seed)")
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let variable = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      print("\(variable)=\(quotedForShell("\(value)"))")
    }
  }

  private struct Question: Encodable {
    var run: String
    var trial: Int
    var seed: UInt64
    var values: [String: HyperparameterValue]
  }
}

struct SearchTell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tell",
    abstract: "Tell how good the settings were that a search was asked for.",
    discussion: """
      Example:
        rlrun search tell 8k2m3f9z 0.31
        rlrun search tell 8k2m3f9z 0.52 --step 10
        rlrun search tell 8k2m3f9z --failed "out of memory"
      """)

  @Argument(help: ArgumentHelp("The run that 'ask' printed.", valueName: "run"))
  var trial: String

  @Argument(help: "The score.")
  var score: Double?

  @Option(help: "The score is one on the way, at this step.")
  var step: Count?

  @Option(help: ArgumentHelp("The settings did not work, and why.", valueName: "message"))
  var failed: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(trial)
    let search = try AskedSearch(of: id, in: store)
    switch (score, failed) {
    case (let score?, nil): try search.tell(id, .success(score), step: step?.value)
    case (nil, let message?): try search.tell(id, .failure(TrialError(message)), step: nil)
    default: throw UsageError("tell a score, or with --failed why there is none")
    }
  }
}
