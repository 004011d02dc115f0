import BLASBridge
import Datasets
import Learning
import Settings
import Telemetry

/// k nearest neighbours: the classes' shares, or the mean number or its quantiles, of the training rows that are nearest to a row. Names and
/// defaults are those of scikit-learn's KNeighborsClassifier and KNeighborsRegressor.
package struct KNearestNeighbours: Configurable {
  package enum Weights: String, CaseIterable, Codable, Sendable { case uniform, distance }

  package var neighbours = 5
  package var weights = Weights.uniform
  package var metric = NearestNeighbours.Metric.euclidean
  package init() {}

  package static let hyperparameters: [Hyperparameter<KNearestNeighbours>] = [
    .integer("n_neighbors", \.neighbours, .atLeast(1, limit: Bounds.mostRows), "training rows that decide (k)"),
    .choice("weights", \.weights, "uniform: neighbours count alike; distance: by the inverse of their distance"),
    .choice("metric", \.metric, "euclidean or manhattan, of scaled features"),
  ]
}

extension KNearestNeighbours: FittableModel {
  package static let name = "knn"
  package static let summary = "k nearest neighbours, exact: classification, regression and quantiles"
  package static let tasks: [PredictionTask] = [.classification, .regression, .quantile]

  /// The rows as they are saved, padded, and in panels.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.add("rows to search", bytes: 4 * Double(rows) * (3 * Double(features) + 24), lower: "rows or features")
    memory.add("neighbours of a block of rows", bytes: 24 * 4_096 * Double(neighbours), lower: "n_neighbors")
    return memory
  }

  package func check(rows: Int, features: Int) throws(HyperparameterError) {
    if rows >= neighbours { return }
    let count = "\(rows) training \(rows == 1 ? "row" : "rows")"
    throw HyperparameterError("there are no \(neighbours) neighbours among \(count): set n_neighbors")
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: { try KNearestNeighboursModel(from: $0, self) }) { _ in
      KNearestNeighboursModel(self, training.x, training.target)
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let model = try KNearestNeighboursModel(from: checkpoint, self)
    guard model.outputCount == outputs else {
      throw CheckpointError("the checkpoint's model has \(model.outputCount) outputs, its target \(outputs)")
    }
    return model
  }
}

/// The training rows, ready to be searched, and their targets.
package struct KNearestNeighboursModel {
  /// Rows that are searched for at a time.
  private static let chunk = 4_096

  let configuration: KNearestNeighbours
  let points: NearestNeighbours
  let target: SupervisedTarget

  /// Traps where there are fewer rows than neighbours.
  package init(_ configuration: KNearestNeighbours, _ x: Matrix<Float>, _ target: SupervisedTarget) {
    precondition(
      x.rows >= configuration.neighbours, "there are no \(configuration.neighbours) neighbours among \(x.rows) rows")
    (self.configuration, self.target) = (configuration, target)
    points = NearestNeighbours(x, metric: configuration.metric)
  }

  /// Classes, or numbers to predict.
  package var outputCount: Int { target.outputs }

  /// At each share of the weight, where a value stands in the middle of its own and lines go from value to value.
  private static func quantiles(_ shares: [Double], of all: [(value: Float, share: Double)]) -> [Double] {
    let sorted = all.filter { $0.share > 0 }.sorted { $0.value < $1.value }
    let whole = sorted.reduce(0) { $0 + $1.share }
    var below = 0.0
    let places = sorted.map { entry in
      defer { below += entry.share }
      return (below + entry.share / 2) / whole
    }
    return shares.map { share in
      guard let next = places.firstIndex(where: { $0 >= share }) else { return Double(sorted.last?.value ?? .nan) }
      if next == 0 { return Double(sorted[0].value) }
      let (low, high) = (Double(sorted[next - 1].value), Double(sorted[next].value))
      return low + (high - low) * (share - places[next - 1]) / (places[next] - places[next - 1])
    }
  }

  /// What a neighbour counts at each distance. Neighbours at no distance, if there are any, count alone.
  private func shares(_ distances: ArraySlice<Double>) -> [Double] {
    if configuration.weights == .uniform { return distances.map { _ in 1 / Double(distances.count) } }
    let isSame = distances.first == 0
    // Distances in units of the least one: their inverses stay in range.
    let least = distances.first!
    let weights = distances.map { isSame ? ($0 == 0 ? 1 : 0) : least.isFinite ? least / $0 : 1 }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension KNearestNeighboursModel: FittedModel {
  package var features: Int { points.points.columns }

  package func outputs(of rows: Features) -> Matrix<Float> {
    let (x, k) = (rows.matrix, configuration.neighbours)
    let result = Matrix<Float>(rows: x.rows, columns: outputCount)
    var sums = [Double](repeating: 0, count: outputCount)
    for start in stride(from: 0, to: x.rows, by: Self.chunk) {
      let found = points.nearest(k, to: x.rows(start..<min(x.rows, start + Self.chunk)))
      for row in 0..<found.indices.count / k {
        for output in sums.indices { sums[output] = 0 }
        var spread: [(value: Float, share: Double)] = []
        for (place, share) in zip(row * k..<(row + 1) * k, shares(found.distances[row * k..<(row + 1) * k])) {
          let point = Int(found.indices[place])
          switch target {
          case .classes(let labels, _): sums[labels[point]] += share
          case .numbers(let values):
            for output in sums.indices { sums[output] += share * Double(values[point, output]) }
          case .quantiles(_, let values): spread.append((values[point, 0], share))
          }
        }
        if case .quantiles(let shares, _) = target {
          for (output, value) in Self.quantiles(shares, of: spread).enumerated() { sums[output] = value }
        }
        for output in sums.indices { result[start + row, output] = Float(sums[output]) }
      }
    }
    return result
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("points", points.points.elements, shape: points.points.shape)
    switch target {
    case .classes(let labels, let count):
      checkpoint.set("labels", labels)
      checkpoint.set("classes", [count])
    case .numbers(let values): checkpoint.set("targets", values.elements, shape: values.shape)
    case .quantiles(let shares, let values):
      checkpoint.set("targets", values.elements, shape: values.shape)
      checkpoint.set("quantiles", encoding: shares)
    }
  }

  package init(from checkpoint: Checkpoint, _ configuration: KNearestNeighbours) throws {
    let points = try checkpoint.matrix("points")
    let target: SupervisedTarget
    if checkpoint.texts["quantiles"] != nil {
      let values = try checkpoint.matrix("targets")
      guard values.columns == 1 else { throw CheckpointError("the checkpoint has several targets of quantiles") }
      target = .quantiles(try checkpoint.decode("quantiles"), of: values)
    } else if checkpoint.tensors["labels"] == nil {
      target = .numbers(try checkpoint.matrix("targets"))
    } else {
      let labels = try checkpoint.integers("labels", count: points.rows)
      let classes = try checkpoint.integers("classes", count: 1)[0]
      guard labels.allSatisfy({ (0..<classes).contains($0) }) else {
        throw CheckpointError("the checkpoint has a label that is none of its \(classes) classes")
      }
      target = .classes(labels, count: classes)
    }
    guard target.count == points.rows, points.rows >= configuration.neighbours else {
      throw CheckpointError("the checkpoint has \(points.rows) rows and \(target.count) targets")
    }
    self.init(configuration, points, target)
  }
}
