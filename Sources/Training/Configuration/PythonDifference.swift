import Environments
import Formats
import PythonEnvironments
import Runs
import Tracker

/// How the Python that would step a run's environments differs from the one that did.
package enum PythonDifference {
  /// In words, each for itself; none for a run whose environments were not stepped by Python. Throws where its environment cannot
  /// be made here.
  package static func all(of record: RunRecord) throws -> [String] {
    let id = record.description.target
    guard record.description.kind == .training, EnvironmentCatalogue.isPython(id) else { return [] }
    let recorded = RecordedSettings(record.description.protocolSettings)
    guard let origin = try EnvironmentCatalogue.pythonDescription(of: id, in: PythonSettings(recorded))?.origin else {
      return []
    }
    var differences: [String] = []
    let before = Self.versions(try recorded.text("python-packages") ?? "")
    for name in Set(before.keys).union(origin.versions.keys).sorted() where before[name] != origin.versions[name] {
      differences.append("\(name) \(before[name] ?? "none"), here \(origin.versions[name] ?? "none")")
    }
    if let digest = try recorded.text("python-module-sha256"), digest != origin.sha256 {
      differences.append("the file of the module \(origin.module) has changed")
    }
    return differences
  }

  /// `gymnasium 1.4.0, numpy 2.4.6` by name.
  private static func versions(_ packages: String) -> [String: String] {
    var versions: [String: String] = [:]
    for part in packages.split(separator: ",") {
      let words = part.split(separator: " ").map(String.init)
      if words.count == 2 { versions[words[0]] = words[1] }
    }
    return versions
  }
}
