import Settings

struct DropStep: ColumnStep {
  static let name = "drop"
  static let summary = "columns that are not wanted any more"
  static let hyperparameters: [Hyperparameter<DropStep>] = []
  static let texts = ColumnChoice.parameters(of: \DropStep.choice)

  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    var columns: [String]

    /// Columns that are not there are gone already.
    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let present = Set(output.table.names)
      try output.drop(columns.filter(present.contains))
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    Fitted(columns: try data.names(choice, kinds: []))
  }

  func check() throws(PipelineError) {
    if choice.columns.isEmpty && choice.kinds.isEmpty {
      throw PipelineError("name the columns to drop, as 'columns: [a, b]'", status: .badUsage)
    }
  }
}
