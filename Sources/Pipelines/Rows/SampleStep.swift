import Datasets
import Randomness
import Settings

struct SampleStep: RowStep {
  static let name = "sample"
  static let summary = "some rows, drawn at random without replacement, in their order"
  static let hyperparameters: [Hyperparameter<SampleStep>] = [
    .optionalNumber("n", \.count, .atLeast(0), "rows, at most all"),
    .optionalNumber("frac", \.share, .unit, "a share of the rows"),
  ]
  static let texts: [TextParameter<SampleStep>] = []

  var count: Double?
  var share: Double?

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let all = Double(table.rowCount)
    let wanted = Int(min(all, count ?? (all * (share ?? 1)).rounded(.toNearestOrEven)))
    if wanted == table.rowCount { return table }
    if wanted == 0 { return table.rows([]) }
    var generator = PCG64(context.seed)
    return table.rows(generator.choice(table.rowCount, size: wanted, replacing: false).sorted())
  }

  func check() throws(PipelineError) {
    if (count == nil) == (share == nil) { throw PipelineError("it takes either n or frac", status: .badUsage) }
  }
}
