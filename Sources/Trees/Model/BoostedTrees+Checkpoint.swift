import Learning

extension BoostedTrees {
  private struct Record: Codable {
    var objective: ObjectiveRecord
    var features: Int
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("gbdt", encoding: Record(objective: objective, features: features))
    checkpoint.set("initial_scores", initialScores)
    trees.save(into: &checkpoint, features: features)
  }

  /// Throws `CheckpointError` where a tensor is missing or the trees are none.
  package init(from checkpoint: Checkpoint) throws {
    let record: Record = try checkpoint.decode("gbdt")
    let trees = try [DecisionTree](from: checkpoint, features: record.features)
    self.init(
      objective: record.objective, features: record.features,
      initialScores: try checkpoint.doubles("initial_scores", count: record.objective.objective.scoresPerRow),
      trees: trees)
  }
}
