import ArgumentParser

/// What runs that a command starts are found by later.
struct RunLabelOptions: ParsableArguments {
  @Option(help: "The experiment the runs belong to.")
  var experiment = "default"

  @Option(help: "A name for the runs.")
  var name = ""

  @Option(name: .customLong("tag"), help: ArgumentHelp("A tag for the runs.", valueName: "key=value"))
  private var givenTags: [String] = []

  /// Throws `UsageError` for a tag without `=`.
  var tags: [String: String] { get throws { try parsePairs(givenTags, option: "--tag") } }
}
