import Datasets
import Settings

struct CombineStep: ColumnStep {
  static let name = "combine"
  static let summary = "a new column by an expression of others"
  static let hyperparameters: [Hyperparameter<CombineStep>] = []
  static let texts: [TextParameter<CombineStep>] = [
    .text("column", \.column, "the new column's name; an old one of that name is replaced"),
    .text("expression", \.expression, "as 'width * height'"),
  ]

  var column = ""
  var expression = ""

  struct Fitted: FittedStep {
    var column: String
    var expression: String
    /// Of the columns that the expression names: a later table may have one without a value.
    var types: [String: ExpressionType]

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let compiled = try Expression(expression, types)
      let new = try compiled.evaluate(on: output.table).column
      if output.table.names.contains(column) {
        try output.replace([column], by: [[(column, new)]])
      } else {
        try output.append([(column, new)])
      }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    if column == data.target {
      throw PipelineError("the column '\(column)' is the target, which no step may change", status: .badUsage)
    }
    let types = data.output.table.expressionTypes
    let names = try Expression(expression, types).columns
    if let target = data.target, names.contains(target) {
      throw PipelineError("the expression names the target '\(target)', which is not known later", status: .badUsage)
    }
    return Fitted(column: column, expression: expression, types: types.filter { names.contains($0.key) })
  }

  func check() throws(PipelineError) {
    if column.isEmpty || expression.isEmpty {
      throw PipelineError(
        "it takes a column and an expression, as {column: area, expression: width * height}", status: .badUsage)
    }
  }
}
