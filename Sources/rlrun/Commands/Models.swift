import ArgumentParser
import Formats
import Models
import Settings

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models that 'fit' fits, or one model's hyperparameters.",
    discussion: """
      Example:
        rlrun models
        rlrun models mlp
      """)

  @Argument(help: "A model.")
  var model: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard let model else { return try list() }
    let type = try ModelCatalogue.named(model)
    if json { return try printJSON(type.documentation) }
    printPage("\(type.name): \(type.summary)\n")
    var table = TextTable(["hyperparameter", "default", "accepts", "meaning"])
    for item in type.documentation { table.add([item.name, "\(item.defaultValue)", item.range, item.meaning]) }
    printPage(table)
  }

  private func list() throws {
    if json { return try printJSON(ModelCatalogue.all.map { ["name": $0.name, "summary": $0.summary] }) }
    var table = TextTable(["model", "what it is"])
    for type in ModelCatalogue.all { table.add([type.name, type.summary]) }
    printPage(table)
  }
}
