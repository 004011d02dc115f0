import Datasets
import Models
import Settings

extension [BinnedRows.Feature] {
  /// The directions that are asked for of all features, of those that are binned; empty where none is. Throws for another number
  /// of them, and for one of categories.
  func directions(_ asked: [Int], named name: String, of features: Features) throws(HyperparameterError) -> [Int] {
    if asked.isEmpty { return [] }
    guard asked.count == features.count else {
      throw HyperparameterError(
        "'\(name)' has \(asked.count) numbers for \(features.count) features: give one for each")
    }
    for (index, column) in features.columns.columns.enumerated() where asked[index] != 0 {
      if case .codes = column {
        throw HyperparameterError(
          "'\(name)' has \(asked[index]) for feature \(index + 1), whose values are categories: use 0")
      }
    }
    let directions = map { asked[$0.column] }
    return directions.allSatisfy { $0 == 0 } ? [] : directions
  }
}

extension Hyperparameter {
  /// A list of -1, 0 and 1, which may be empty.
  static func monotone(_ name: String, _ path: Path<[Int]>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, domain: .directions, get: { .integers($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        guard case .integers(let directions) = value, directions.allSatisfy({ (-1...1).contains($0) }) else {
          throw HyperparameterError("'\(name)' takes a list of -1, 0 and 1, as [1, 0, -1], not \(value)")
        }
        owner[keyPath: path] = directions
      })
  }
}
