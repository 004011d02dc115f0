import Formats
import Foundation
import RLCore
import Synchronization

extension PythonReference {
  /// What a worker is told: what to make, and its share of a vector's rows.
  struct Task: Encodable {
    var name: String
    var options: [String: Value]
    /// Whether an environment is to be described, rather than some to be stepped.
    var describes = true
    var first = 0
    var count = 0
    var rows = 0
    var limit: Int?
    var reset = AutoReset.sameStep.rawValue
    var bytes = 0
    var columns: SharedColumns.Layout?
    var hasBytes = false
    var masks = 0

    private enum CodingKeys: String, CodingKey {
      case name, options, describes, first, count, rows, limit, reset, bytes, columns, masks
      case hasBytes = "has_bytes"
    }
  }

  var task: Task {
    Task(name: name, options: Dictionary(uniqueKeysWithValues: arguments.map { ($0.name, $0.value) }))
  }

  /// Asks Python, once in the life of this program. An environment is made, reset and stepped a few times for it.
  ///
  /// Throws `PythonError` where there is no Python, no Gymnasium or no such environment, or it fails.
  package func description(in settings: PythonSettings) throws(PythonError) -> PythonDescription {
    let key = Key(reference: self, python: settings.python)
    if let known = Self.known.withLock({ $0[key] }) { return known }
    let worker = try WorkerProcess(id, settings, memory: nil, configuration: task)
    let text = try worker.receive(within: settings.patience, "making it")
    guard let description = try? JSONForm.exact.decode(PythonDescription.self, from: Data(text)) else {
      throw PythonError("\(id): its description cannot be read: \(String(decoding: text.prefix(200), as: UTF8.self))")
    }
    Self.known.withLock { $0[key] = description }
    return description
  }

  private struct Key: Hashable {
    let reference: PythonReference
    let python: String
  }

  private static let known = Mutex<[Key: PythonDescription]>([:])

  /// What is fixed about it. `timeLimit` replaces Gymnasium's. Throws as `description` does.
  package func specification(
    in settings: PythonSettings, timeLimit: Int? = nil
  ) throws(PythonError) -> EnvironmentSpecification {
    var specification = try description(in: settings).specification(id: id, timeLimit: timeLimit)
    if let timeLimit { specification.id += (arguments.isEmpty ? ":" : ",") + "time_limit=\(timeLimit)" }
    return specification
  }
}

extension PythonSettings {
  /// Seconds that making environments may take: imports are slow.
  var patience: Double { max(timeout, 120) }
}
