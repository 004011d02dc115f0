import Formats
import Settings

/// Prints the things that can be named on the command line, agents or models, and what one of them takes.
enum CataloguePage {
  /// `word` is what each of the entries is: `agent`.
  static func list(_ entries: [(name: String, summary: String)], word: String, json: Bool) throws {
    if json { return try printJSON(entries.map { ["name": $0.name, "summary": $0.summary] }) }
    var table = TextTable([word, "what it is"])
    for entry in entries { table.add([entry.name, entry.summary]) }
    printPage(table)
  }

  static func show(
    name: String, summary: String, _ hyperparameters: [HyperparameterDocumentation], json: Bool
  ) throws {
    if json { return try printJSON(hyperparameters) }
    printPage("\(name): \(summary)\n")
    printPage(TextTable(of: hyperparameters, word: "hyperparameter"))
  }
}

extension TextTable {
  /// A row a parameter.
  init(of parameters: [HyperparameterDocumentation], word: String) {
    self.init([word, "default", "accepts", "meaning"])
    for item in parameters { add([item.name, "\(item.defaultValue)", item.range, item.meaning]) }
  }
}
