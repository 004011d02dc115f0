import Datasets
import Settings

struct FilterStep: RowStep {
  static let name = "filter"
  static let summary = "the rows for which an expression holds"
  static let hyperparameters: [Hyperparameter<FilterStep>] = []
  static let texts: [TextParameter<FilterStep>] = [
    .text("expression", \.expression, "as 'age >= 18 and not is_missing(income)'")
  ]

  var expression = ""

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let compiled = try Expression(expression, table.expressionTypes)
    guard compiled.type == .boolean else {
      throw PipelineError(
        "the expression makes \(compiled.type.plural), and a filter needs a condition, as 'age >= 18'",
        status: .badUsage)
    }
    let holds = try compiled.evaluate(on: table).numbers
    return table.rows(holds.indices.filter { holds[$0] == 1 })
  }

  func check() throws(PipelineError) {
    if expression.isEmpty { throw PipelineError("it takes an expression, as 'age >= 18'", status: .badUsage) }
  }
}
