import Formats
import Foundation

/// What Gymnasium knows by an id, without making any of it.
package struct PythonRegistry: Sendable {
  package let entries: [Entry]

  package struct Entry: Sendable, Codable {
    package let id: String
    /// Steps until an episode is cut.
    package let limit: Int?
    /// The mean return that counts as solved.
    package let threshold: Double?
    /// What makes it: `module:Class`.
    package let maker: String
  }

  private struct Task: Encodable {
    var name: String
    var lists = true
  }

  /// All, or those that a module registers, which is imported for it. Throws `PythonError` where there is no Python, no Gymnasium,
  /// no such module, or nothing that it registers.
  package init(of module: String = "", in settings: PythonSettings) throws(PythonError) {
    if !module.isEmpty, !PythonReference.isModule(module) {
      throw PythonError("'\(module)' is not the name of a Python module", status: .badUsage)
    }
    let id = "py:\(module)"
    let worker = try WorkerProcess(id, settings, memory: nil, configuration: Task(name: module))
    let text = try worker.receive(within: settings.patience, "listing what is registered")
    guard let entries = try? JSONForm.exact.decode([Entry].self, from: Data(text)) else {
      throw PythonError("\(id): the list of environments cannot be read")
    }
    self.entries = entries.sorted { $0.id < $1.id }
  }
}
