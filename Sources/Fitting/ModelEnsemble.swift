import BLASBridge
import Datasets
import Learning
import Models

/// Models that predict the same column, and the weights of their predictions: the models of the folds of a fit, or those of
/// several fits.
struct ModelEnsemble {
  struct Member {
    var weight: Double
    var model: TableModel
  }

  /// At least one; the weights of a mean sum to 1.
  let members: [Member]
  /// How their predictions become one.
  let pooling: Pooling
  /// The places of members that take the same features: models of a fold, be they ever so different, often do.
  let groups: [[Int]]

  private init(_ members: [Member], _ pooling: Pooling = .mean) {
    (self.members, self.pooling) = (members, pooling)
    var (groups, known): ([[Int]], [Preprocessing: Int]) = ([], [:])
    for (place, member) in members.enumerated() {
      // What a pipeline has learnt is not compared.
      if member.model.preparation == nil, let group = known[member.model.preprocessing] {
        groups[group].append(place)
      } else {
        if member.model.preparation == nil { known[member.model.preprocessing] = groups.count }
        groups.append([place])
      }
    }
    self.groups = groups
  }

  init(_ model: TableModel) { self.init([Member(weight: 1, model: model)]) }

  /// The models of folds, all alike.
  init(bagging models: [TableModel]) {
    self.init(models.map { Member(weight: 1 / Double(models.count), model: $0) })
  }

  /// Ensembles as one, each with a weight; the weights of a mean are made to sum to 1. Traps without one.
  init(combining parts: [(weight: Double, ensemble: ModelEnsemble)], _ pooling: Pooling = .mean) {
    let whole = pooling == .mean ? parts.reduce(0) { $0 + $1.weight } : 1
    precondition(whole > 0 && !parts.isEmpty, "no ensemble has a weight")
    self.init(
      parts.flatMap { part in
        part.ensemble.members.map { Member(weight: $0.weight * part.weight / whole, model: $0.model) }
      }, pooling)
  }

  var first: TableModel { members[0].model }
  /// Whether more than one model decides, or what one says is changed before it is the prediction.
  var hasSeveral: Bool { members.count > 1 || pooling != .mean }

  /// The columns that a table must have, in the order of the first member that needs them.
  var inputs: [String] {
    var seen = Set<String>()
    return members.flatMap(\.model.inputs).filter { seen.insert($0).inserted }
  }

  /// What the members say together: probabilities of classes or numbers, `[rows, outputs]`.
  func outputs(of table: Table) throws(DatasetError) -> Matrix<Float> {
    try outputs(rows: table.rowCount) { group throws(DatasetError) in try features(of: table, group) }
  }

  /// Those that the members of a group take.
  func features(of table: Table, _ group: Int) throws(DatasetError) -> Features {
    let model = members[groups[group][0]].model
    return try Features(of: model.prepared(table), model.preprocessing)
  }

  /// The same of features; `features` are those of a group.
  func outputs(
    rows: Int, _ features: (_ group: Int) throws(DatasetError) -> Features
  ) throws(DatasetError) -> Matrix<Float> {
    if !hasSeveral { return first.model.outputs(of: try features(0)) }
    let target = first.preprocessing.target
    var pooled = PooledPredictions(
      pooling, rows: rows, columns: target?.outputs ?? 1, areClasses: target?.classes != nil)
    for (group, places) in groups.enumerated() {
      let features = try features(group)
      for place in places {
        pooled.add(members[place].model.model.outputs(of: features), weight: members[place].weight)
      }
    }
    return pooled.matrix
  }

  // MARK: Save, load

  static func name(_ index: Int) -> String { "member-\(index)" }

  /// Several members only: one is a checkpoint as of any fit.
  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("ensemble", encoding: members.map(\.weight))
    if case .stacked(let biases) = pooling { checkpoint.set("stacking", encoding: biases) }
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
    let pooling = try Self.pooling(in: checkpoint)
    let isMean = pooling == .mean
    guard !weights.isEmpty, weights.allSatisfy({ (!isMean || $0 >= 0) && $0.isFinite }),
      !isMean || weights.contains(where: { $0 > 0 })
    else {
      throw CheckpointError("the checkpoint's ensemble has no weights that are numbers\(isMean ? " above 0" : "")")
    }
    let members = try weights.enumerated().map { index, weight in
      Member(weight: weight, model: try TableModel(from: checkpoint.nested(Self.name(index))))
    }
    let targets = members.map { $0.model.preprocessing.target }
    for own in targets.dropFirst()
    where own?.column != targets[0]?.column || own?.classes != targets[0]?.classes
      || own?.quantiles != targets[0]?.quantiles
    {
      throw CheckpointError("the members of the checkpoint's ensemble do not predict the same")
    }
    if case .stacked(let biases) = pooling, biases.count != targets[0]?.outputs ?? 1 {
      throw CheckpointError("the checkpoint's ensemble has \(biases.count) biases, which are not one for each output")
    }
    self.init(members, pooling)
  }

  private static func pooling(in checkpoint: Checkpoint) throws -> Pooling {
    guard checkpoint.texts["stacking"] != nil else { return .mean }
    let biases: [Double] = try checkpoint.decode("stacking")
    guard biases.allSatisfy(\.isFinite) else {
      throw CheckpointError("the checkpoint's ensemble has biases that are no numbers")
    }
    return .stacked(biases: biases)
  }
}
