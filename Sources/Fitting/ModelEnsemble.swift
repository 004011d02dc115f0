import BLASBridge
import Datasets
import Learning

/// Models that predict the same column, and the weights of their predictions: the models of the folds of a fit, or those of
/// several fits.
struct ModelEnsemble {
  struct Member {
    var weight: Double
    var model: TableModel
  }

  /// At least one; the weights sum to 1.
  private(set) var members: [Member]

  private init(_ members: [Member]) { self.members = members }

  init(_ model: TableModel) { members = [Member(weight: 1, model: model)] }

  /// The models of folds, all alike.
  init(bagging models: [TableModel]) {
    members = models.map { Member(weight: 1 / Double(models.count), model: $0) }
  }

  /// Ensembles as one, each with a weight; the weights are made to sum to 1. Traps without one.
  init(combining parts: [(weight: Double, ensemble: ModelEnsemble)]) {
    let whole = parts.reduce(0) { $0 + $1.weight }
    precondition(whole > 0, "no ensemble has a weight")
    members = parts.flatMap { part in
      part.ensemble.members.map { Member(weight: $0.weight * part.weight / whole, model: $0.model) }
    }
  }

  var first: TableModel { members[0].model }
  var hasSeveral: Bool { members.count > 1 }

  /// The columns that a table must have, in the order of the first member that needs them.
  var inputs: [String] {
    var seen = Set<String>()
    return members.flatMap(\.model.inputs).filter { seen.insert($0).inserted }
  }

  /// The weighted mean of what the members say: probabilities of classes or numbers, `[rows, outputs]`.
  func outputs(of table: Table) throws(DatasetError) -> Matrix<Float> {
    if !hasSeveral { return try first.outputs(of: table) }
    var sums: [Double] = []
    for member in members {
      let outputs = try member.model.outputs(of: table).elements
      if sums.isEmpty { sums = [Double](repeating: 0, count: outputs.count) }
      for index in outputs.indices { sums[index] += member.weight * Double(outputs[index]) }
    }
    let columns = table.rowCount > 0 ? sums.count / table.rowCount : 1
    return Matrix(rows: table.rowCount, columns: columns, sums.map { Float($0) })
  }

  // MARK: Save, load

  static func name(_ index: Int) -> String { "member-\(index)" }

  /// Several members only: one is a checkpoint as of any fit.
  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("ensemble", encoding: members.map(\.weight))
    for (index, member) in members.enumerated() {
      var own = Checkpoint()
      member.model.save(into: &own)
      checkpoint.nest(own, as: Self.name(index))
    }
  }

  /// Throws `CheckpointError` where members do not predict the same, or do not fit themselves.
  init(from checkpoint: Checkpoint) throws {
    guard checkpoint.texts["ensemble"] != nil else {
      self.init(try TableModel(from: checkpoint))
      return
    }
    let weights: [Double] = try checkpoint.decode("ensemble")
    guard !weights.isEmpty, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
      throw CheckpointError("the checkpoint's ensemble has no weights that are numbers above 0")
    }
    let members = try weights.enumerated().map { index, weight in
      Member(weight: weight, model: try TableModel(from: checkpoint.nested(Self.name(index))))
    }
    let targets = members.map { $0.model.preprocessing.target }
    for own in targets.dropFirst() where own?.column != targets[0]?.column || own?.classes != targets[0]?.classes {
      throw CheckpointError("the members of the checkpoint's ensemble do not predict the same")
    }
    self.init(members)
  }
}
