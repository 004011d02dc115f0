import Interchange
import Settings
import Telemetry
import Tracker

/// Runs that another tracker keeps, read one after the other.
package protocol ForeignStore {
  /// `MLflow's database`: what a person would call it.
  var title: String { get }
  func experiments() throws(ImportError) -> [ForeignExperiment]
  /// All runs, in any order; what cannot be read of one is said when it is loaded.
  func outlines() throws(ImportError) -> [ForeignOutline]
  func load(_ outline: ForeignOutline) throws(ImportError) -> ForeignRun
  func registeredModels() throws(ImportError) -> [RegisteredModel]
}

extension ForeignStore {
  package func experiments() throws(ImportError) -> [ForeignExperiment] { [] }
  package func registeredModels() throws(ImportError) -> [RegisteredModel] { [] }
}

package struct ForeignExperiment: Sendable, Hashable {
  package var name: String
  package var tags: [String: String] = [:]
  /// Unix time in microseconds; nil where it is not known.
  package var created: Int64?
  package var isDeleted = false
}

/// A run before it is read.
package struct ForeignOutline: Sendable, Hashable {
  /// The tracker's id of it.
  package var id: String
  /// Ids that it may have in a store, the first that is free; a run that has one of them and the mark is this run.
  package var identifiers: [String]
  /// A tag by which runs whose ids a person chose are told apart; nil where the id is enough.
  package var mark: Mark?
  /// The run that it is a part of.
  package var parent: String?
  /// Where its reader finds it.
  var place: String
  /// Why it cannot be read, where that is known before.
  var problem: String?

  package struct Mark: Sendable, Hashable {
    package var tag: String
    package var value: String
  }
}

/// A run as it goes into a store.
package struct ForeignRun: Sendable, Hashable {
  package var description: RunDescription
  /// Set after the start, as a client would.
  package var parameters: [String: HyperparameterValue] = [:]
  package var series: [Series] = []
  package var artifacts: [File] = []
  /// What is said of it at length.
  package var text: String?
  /// nil for a run that has not ended.
  package var ending: Ending?
  /// When it was deleted; Unix time in microseconds.
  package var deletion: Int64?
  /// What was passed over, a sentence each.
  package var losses: [String] = []

  package struct File: Sendable, Hashable {
    package var name: String
    package var path: String
  }

  package struct Ending: Sendable, Hashable {
    package var status: RunStatus
    package var message: String?
    /// Unix time in microseconds.
    package var time: Int64?
  }

  package var pointCount: Int { series.reduce(0) { $0 + $1.values.count } }
}
