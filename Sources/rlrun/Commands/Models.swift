import ArgumentParser
import Fitting
import Models

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
    guard let model else {
      return try CataloguePage.list(ModelCatalogue.all.map { ($0.name, $0.summary) }, word: "model", json: json)
    }
    let type = try ModelCatalogue.named(model)
    try CataloguePage.show(name: type.name, summary: type.summary, type.documentation, json: json)
  }
}
