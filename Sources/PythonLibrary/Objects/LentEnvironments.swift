import Environments
import Formats
import Foundation
import PythonEnvironments
import RLCore
import Settings
import Tracker

/// Environments that are objects of the Python program: columns that it writes, and the function that makes it write them.
final class LentEnvironments: @unchecked Sendable {
  typealias Description = LentDescription
  typealias Callback = @convention(c) (_ request: Int32, _ seed: UInt64) -> Int32

  let specification: EnvironmentSpecification
  let count: Int
  let actions: SharedColumn<Float>
  let observations: SharedColumn<Float>
  let finals: SharedColumn<Float>
  let rewards: SharedColumn<Double>
  let endings: SharedColumn<UInt8>
  let masks: SharedColumn<UInt8>
  private let callback: Callback

  /// Throws where columns of numbers cannot hold the spaces, and where there is not so much memory.
  init(_ description: Description, count: Int, callback address: Int) throws {
    guard let pointer = UnsafeRawPointer(bitPattern: address) else {
      throw LibraryError("there is no function to call")
    }
    guard (1...Bounds.mostEnvironments).contains(count) else {
      throw LibraryError("a training has 1 to \(Bounds.mostEnvironments) environments, not \(count)")
    }
    specification = try description.specification()
    let width = specification.observationSpace.width
    guard Double(count) * Double(width) < 1e10 else {
      throw LibraryError("\(count) environments with \(width) numbers each are more than rlrun can hold")
    }
    self.count = count
    callback = unsafeBitCast(pointer, to: Callback.self)
    actions = SharedColumn(count * specification.actionSpace.width, 0)
    observations = SharedColumn(count * width, 0)
    finals = SharedColumn(count * width, 0)
    rewards = SharedColumn(count, 0)
    endings = SharedColumn(count, 0)
    masks = SharedColumn(count * (specification.maskWidth ?? 0), 1)
    try EnvironmentCatalogue.lend(specification) { [weak self] count in self?.vector(count: count) }
  }

  private func vector(count: Int) -> LentVector? {
    guard count == self.count else { return nil }
    let columns = LentVector.Columns(
      actions: actions.values.baseAddress!, observations: observations.values.baseAddress!,
      finals: finals.values.baseAddress!, rewards: rewards.values.baseAddress!, endings: endings.values.baseAddress!,
      masks: masks.values.isEmpty ? nil : masks.values.baseAddress)
    // The vector keeps the columns.
    return LentVector(specification, count: count, columns: columns) { [self] request, seed in
      callback(request.rawValue, seed) == 0
    }
  }

  /// The artifact of a run that says what its environment looks like.
  static let artifact = "environment.json"

  /// Makes known what an environment looks like, so that its policies can be loaded.
  static func lend(_ description: Description) throws {
    try EnvironmentCatalogue.lend(description.specification(), by: nil)
  }

  /// The same for the environment of a run, if that was an object of a program.
  static func lend(of record: RunRecord, in store: Store) throws {
    guard EnvironmentCatalogue.isLent(record.description.target),
      let artifact = record.artifacts.last(where: { $0.name == Self.artifact })
    else { return }
    try lend(JSONForm.exact.decode(Description.self, from: Data(store.artifactBytes(artifact))))
  }
}
