import Datasets
import Files
import Pipelines

/// A fitted pipeline as a part of a model, with the columns that it and the model need.
struct Preparation: Codable, Sendable {
  let pipeline: FittedPipeline
  /// The columns of a table that is predicted, in the order of the fitted one.
  private(set) var inputs: [String]
  /// Their kinds, of the fitted table.
  let kinds: [String: ColumnKind]
  /// Whether the model takes sparse columns as they are; nil for no.
  private var keepsSparse: Bool?

  /// Fits to rows of a table; returns them as a model is to be trained on them, in their order.
  static func fit(
    _ pipeline: Pipeline, to table: Table, _ rows: [Int], target: String?, form: FeatureForm, seed: UInt64
  ) throws -> (Preparation?, Table) {
    let (fitted, output) = try pipeline.fitTransform(table, rows: rows, target: target, seed: seed)
    let inputs = table.names.filter { $0 != target }
    let preparation = Preparation(
      pipeline: fitted, inputs: inputs, kinds: table.kinds, keepsSparse: form == .sparse ? true : nil)
    return (preparation, try preparation.table(output))
  }

  /// The bytes that dense columns may take.
  private static var limit: Double { Double(PhysicalMemory.half) }

  private func table(_ output: PipelineOutput) throws -> Table {
    keepsSparse == true ? output.withSparse : try output.dense(limit: Self.limit)
  }

  func prepared(_ table: Table) throws -> Table { try self.table(pipeline.transform(table)) }

  /// Rows of a table, and their places among those.
  func prepared(_ table: Table, _ rows: [Int]) throws -> (Table, [Int]) {
    (try prepared(table.rows(rows)), Array(0..<rows.count))
  }

  /// Forgets inputs without which the features are the same: those that no step takes and no feature is made of.
  mutating func keepInputs(for preprocessing: Preprocessing) {
    // Each is tried on a table without rows.
    guard inputs.count <= 500 else { return }
    func suffices(_ names: [String]) -> Bool {
      let empty = Table(names.map { ($0, Column(emptyOf: kinds[$0] ?? .missing)) })
      guard let table = try? prepared(empty) else { return false }
      return preprocessing.columns.allSatisfy { table.names.contains($0.name) }
        && preprocessing.sparse?.columns == table.sparse?.names.count
    }
    for name in inputs {
      let others = inputs.filter { $0 != name }
      if suffices(others) { inputs = others }
    }
  }
}

extension Column {
  /// Without rows.
  fileprivate init(emptyOf kind: ColumnKind) {
    switch kind {
    case .number: self = .numbers([])
    case .date: self = .dates([])
    case .category: self = .categories(Words(levels: [], codes: []))
    case .text: self = .texts(Words(levels: [], codes: []))
    case .id, .ignored: self = .leftOut(kind, count: 0)
    case .missing: self = .missing(count: 0)
    }
  }
}
