import Settings
import Telemetry

/// A run without what it recorded: cheap to read, however many points there are.
package struct RunOutline: Sendable {
  /// Its series have names and no points; it has no episodes, findings, notes or artifacts, and says nothing of the end.
  package let record: RunRecord
  /// Whether it went on after an end: then the times of its points hold pauses, which only the whole record tells.
  package let wasResumed: Bool
}

extension Store {
  /// What a run is, and the names of its metrics. Of compacted segments only heads are read; a damaged log is read whole.
  package func outline(of id: String) throws(StoreError) -> RunOutline {
    let folder = try existingFolder(ofRun: id)
    guard let state = try? LogTail(in: folder, run: id, system).state, var description = state.description else {
      return RunOutline(record: try load(id), wasResumed: true)
    }
    if state.isDeleted { throw StoreError.deleted(id) }
    if let name = experimentPlace(experimentFolder(of: folder)).givenName { description.experiment = name }
    var record = RunRecord(id: id, description: description)
    let first = ParameterTable(description).values
    record.laterParameters = state.parameters.values.filter { first[$0.key] == nil }
    record.series = state.seriesIDs.keys.sorted { $0.name < $1.name }.map { Series(metric: $0) }
    return RunOutline(record: record, wasResumed: state.wasResumed)
  }
}
