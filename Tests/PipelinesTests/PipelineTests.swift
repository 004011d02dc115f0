import Datasets
import Foundation
import Randomness
import Settings
import Testing

@testable import Pipelines

@Suite struct PipelineTests {
  private static func message(_ yaml: String) -> String {
    do throws(PipelineError) {
      _ = try Pipeline(yaml: yaml, source: "p.yaml")
      return ""
    } catch { return error.sentence }
  }

  private let table = Table([
    ("a", .numbers([1, 2, 3, 100])), ("b", .numbers([.nan, 1, 3, 5])),
    ("c", .categories(Words(levels: ["x", "y", "z"], codes: [0, 1, 0, 2]))), ("y", .numbers([0, 1, 0, 1])),
  ])

  @Test func `steps are fitted on training rows only, in order`() throws {
    let pipeline = try Pipeline(yaml: "steps:\n- impute\n- standard: {columns: [a, b]}\n")
    let fitted = try pipeline.fit(table, rows: [0, 1, 2], target: "y", seed: 1)
    let made = try fitted.transform(table).table
    #expect(made.names == ["a", "b", "c", "y"])
    guard case .numbers(let a) = made.columns[0], case .numbers(let b) = made.columns[1] else { return }
    let deviation = (2.0 / 3).squareRoot()
    #expect(a.map { $0 * deviation + 2 }.map { ($0 * 1e9).rounded() / 1e9 } == [1, 2, 3, 100])
    // The mean of 1 and 3 fills the gap.
    #expect(b[0] == 0)
    #expect(made.columns[3] == table.columns[3])
  }

  @Test func `columns are chosen by names, patterns, kinds and exceptions, never the target`() throws {
    let table = Table([
      ("x1", .numbers([1, 2])), ("x2", .numbers([1, 2])), ("k", .categories(Words(levels: ["a"], codes: [0, 0]))),
      ("y", .numbers([1, 2])),
    ])
    func chosen(_ choice: ColumnChoice, kinds: [ColumnKind] = [.number]) throws -> [String] {
      try choice.names(in: table, target: "y", default: kinds)
    }
    #expect(try chosen(ColumnChoice()) == ["x1", "x2"])
    #expect(try chosen(ColumnChoice(columns: ["k", "x*"])) == ["x1", "x2", "k"])
    #expect(try chosen(ColumnChoice(kinds: [.category])) == ["k"])
    #expect(try chosen(ColumnChoice(columns: ["*"], except: ["x1"])) == ["x2", "k"])
    #expect(throws: PipelineError("there is no column 'x3'; did you mean 'x2'?", status: .badUsage)) {
      try chosen(ColumnChoice(columns: ["x3"]))
    }
    #expect(throws: PipelineError("no column matches 'z*'", status: .badUsage)) {
      try chosen(ColumnChoice(columns: ["z*"]))
    }
    #expect(throws: PipelineError.self) { try chosen(ColumnChoice(columns: ["y"])) }
  }

  @Test func `what is wrong in YAML is said with its line and the nearest name`() {
    #expect(Self.message("steps:\n- standard\n- impute: {strategy: median}\n").isEmpty)
    #expect(
      Self.message("steps:\n- standart").hasPrefix(
        "p.yaml, line 2: there is no step 'standart'; did you mean 'standard'"))
    #expect(
      Self.message("steps:\n- standard:\n    with_meen: false").hasPrefix(
        "p.yaml, line 2: step 1 (standard): there is no parameter 'with_meen'; did you mean 'with_mean'"))
    #expect(
      Self.message("steps:\n- impute: {strategy: modus}").contains("takes one of mean, median, constant, most_frequent")
    )
    #expect(Self.message("steps:\n- bins: {n_bins: 1}").contains("'n_bins' takes a number ≥ 2, not 1"))
    #expect(Self.message("steps:\n- min_max: {feature_range: [1, 0]}").contains("two ascending numbers"))
    #expect(Self.message("steps:\n- [a").hasPrefix("p.yaml, line"))
    #expect(Self.message("") == "p.yaml: expected 'steps:' with a list of steps, as '- standard'")
    #expect(Self.message("steps:\n- standard: {with_mean: true, with_mean: false}").contains("given twice"))
    #expect(Self.message("steps:\n- {}").contains("expected a step's name"))
    #expect(Self.message("a: &a [1]\n? *a\n: 2").contains("line 2: an alias stands alone"))
    #expect(Self.message("steps:\n- drop: {columns: [R&D, a & b]}").isEmpty)
    #expect(Self.message("steps:\n- one_hot: 3").contains("expected parameters"))
    #expect(Self.message("steps:\n- combine: {column: a}").contains("it takes a column and an expression"))
    #expect(Self.message(String(repeating: "[", count: 100_000)).isEmpty == false)
    #expect(
      Self.message("steps: [" + String(repeating: "standard,", count: 1_001) + "]").contains("at most 1000 steps"))
  }

  @Test func `a text parameter is what is written`() throws {
    let pipeline = try Pipeline(yaml: "steps:\n- impute: {strategy: constant, fill_value: 007, columns: [c]}\n")
    #expect((pipeline.steps[0] as? ImputeStep)?.fillValue == "007")
  }

  @Test func `a pipeline as JSON is read back with every parameter`() throws {
    let pipeline = try Pipeline(yaml: EveryStep.yaml)
    let json = try JSONEncoder().encode(pipeline)
    let again = try JSONDecoder().decode(Pipeline.self, from: json)
    #expect(again.steps.map(\.parameters) == pipeline.steps.map(\.parameters))
    #expect(again.steps.count == pipeline.steps.count)
  }

  @Test func `steps that change rows are refused in a model's pipeline`() throws {
    let pipeline = try Pipeline(yaml: "steps:\n- standard\n- filter: {expression: a > 1}\n")
    let error = #expect(throws: PipelineError.self) { try pipeline.fit(table, seed: 1) }
    #expect(
      error?.sentence
        == "step 2 (filter): a model's pipeline cannot change which rows there are: move this step to 'data prepare'")
    #expect(
      try Pipeline(yaml: "steps:\n- filter: {expression: a > 1}\n- standard").prepare(table, seed: 1).rowCount == 3)
  }

  @Test func `training rows get target means of other folds`() throws {
    let rows = 40
    let table = Table([
      ("k", .categories(Words(levels: ["a", "b"], codes: (0..<rows).map { Int32($0 % 2) }))),
      ("y", .numbers((0..<rows).map { Double($0 * $0 % 17) })),
    ])
    let pipeline = try Pipeline(yaml: "steps:\n- target")
    let (fitted, training) = try pipeline.fitTransform(table, target: "y", seed: 3)
    #expect(training != (try fitted.transform(table)))
    #expect(try pipeline.fitTransform(table, target: "y", seed: 3).output == training)
    #expect(try pipeline.fitTransform(table, target: "y", seed: 4).output != training)
    // A row's own target does not show in it.
    guard case .numbers(var targets) = table.columns[1] else { return }
    targets[5] += 1000
    let other = Table([("k", table.columns[0]), ("y", .numbers(targets))])
    let changed = try pipeline.fitTransform(other, target: "y", seed: 3).output
    #expect(try changed.numbers(of: ["k"])[0][5] == training.numbers(of: ["k"])[0][5])
    #expect(throws: PipelineError.self) { try pipeline.fit(table, seed: 1) }
  }

  @Test func `a new category is an error with its line, or ignored if asked`() throws {
    let fitted = try Pipeline(yaml: "steps:\n- one_hot").fit(table, rows: [0, 1], seed: 1)
    let error = #expect(throws: PipelineError.self) { try fitted.transform(table) }
    #expect(
      error?.sentence
        == "step 1 (one_hot): line 4: the column 'c' has the value 'z', which no training row had: set handle_unknown")
  }

  @Test func `a column that is gone or of another kind is named`() throws {
    let fitted = try Pipeline(yaml: "steps:\n- standard: {columns: [a]}").fit(table, seed: 1)
    #expect(throws: PipelineError("step 1 (standard): there is no column 'a'; did you mean 'A'?", status: .badUsage)) {
      try fitted.transform(Table([("A", .numbers([1]))]))
    }
    #expect(throws: PipelineError("step 1 (standard): the column 'a' is of kind category, and this step takes numbers"))
    {
      try fitted.transform(Table([("a", .categories(Words(levels: ["1"], codes: [0])))]))
    }
    #expect(try fitted.transform(Table([("a", .missing(count: 2))])).numbers(of: ["a"])[0].allSatisfy(\.isNaN))
  }

  @Test func `ten thousand columns are scaled`() throws {
    let columns = (0..<10_000).map { (name: "x\($0)", column: Column.numbers([1, 2, Double($0)])) }
    let made = try Pipeline(yaml: "steps:\n- standard\n- min_max").fitTransform(Table(columns), seed: 1).output
    #expect(made.table.columns.count == 10_000)
    let values = try made.numbers(of: ["x7"])[0]
    #expect(values[0] == 0 && abs(values[1] - 1.0 / 6) < 1e-12 && abs(values[2] - 1) < 1e-12)
  }

  @Test func `sizes that no machine has are refused`() throws {
    let columns = (0..<200).map { (name: "x\($0)", column: Column.numbers([1, 2])) }
    #expect(throws: PipelineError.self) {
      try Pipeline(yaml: "steps:\n- polynomial: {degree: 20}").fit(Table(columns), seed: 1)
    }
    let words = Words(levels: (0..<20_000).map { "w\($0)" }, codes: (0..<20_000).map { Int32($0) })
    let wide = Table([("k", .categories(words))])
    var dense = try OneHotStep().fit(TrainingRows(output: PipelineOutput(wide), seed: SeedSequence(1)))
    dense.items = [OneHotStep.Fitted.Item](repeating: dense.items[0], count: 1_000)
    var output = PipelineOutput(wide)
    #expect(throws: PipelineError.self) { try dense.transform(&output) }
    let sparse = try Pipeline(yaml: "steps:\n- one_hot: {sparse_output: true}").fitTransform(wide, seed: 1).output
    #expect(sparse.sparse?.matrix.count == 20_000 && sparse.sparse?.names.count == 20_000)
    #expect(throws: PipelineError.self) { try sparse.dense(limit: 1e9) }
  }

  @Test func `two columns of one name are refused`() throws {
    let table = Table([("a", .numbers([1, .nan])), ("a.missing", .numbers([1, 2]))])
    #expect(throws: PipelineError.self) {
      try Pipeline(yaml: "steps:\n- impute: {columns: [a], add_indicator: true}").fit(table, seed: 1)
    }
  }

  @Test func `a program's own step is fitted, saved and read`() throws {
    if !PipelineSteps.all.contains(where: { $0.name == "cap" }) { PipelineSteps.register(CapStep.self) }
    let fitted = try Pipeline(yaml: "steps:\n- cap: {share: 0.5, columns: [a]}").fit(table, seed: 1)
    let again = try FittedPipeline(json: try fitted.json())
    #expect(try again.transform(table).numbers(of: ["a"])[0] == [1, 2, 3, 50])
  }

}

private struct CapStep: ColumnStep {
  struct Fitted: FittedStep {
    var columns: [String], limits: [Double]
    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let values = try output.numbers(of: columns)
      let capped = zip(values, limits).map { values, limit in values.map { min($0, limit) } }
      try output.replace(columns, by: zip(columns, capped).map { [($0, .numbers($1))] })
    }
  }
  static let name = "cap"
  static let summary = "numbers cut off at a share of the largest training value"
  static let hyperparameters: [Hyperparameter<CapStep>] = [.number("share", \.share, .unit, "share of the largest")]
  static let texts = ColumnChoice.parameters(of: \CapStep.choice)
  var share = 0.9
  var choice = ColumnChoice()
  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let columns = try data.names(choice, kinds: [.number])
    let limits = try data.output.numbers(of: columns).map { share * ($0.filter { !$0.isNaN }.max() ?? 0) }
    return Fitted(columns: columns, limits: limits)
  }
}
