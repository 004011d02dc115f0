import PythonEnvironments
import RLCore

/// Environments in Python: `py:CartPole-v1`, `py:package.module:Id-v0:size=5`, `py:module.function()`.
extension EnvironmentCatalogue {
  private static let scheme = "py:"

  /// What follows `py:`; nil for any other id.
  static func afterScheme(_ text: String) -> String? {
    text.hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : nil
  }

  /// Whether an id names an environment in Python.
  package static func isPython(_ id: String) -> Bool { id.hasPrefix(scheme) }

  /// An id without its options: `CartPole-v1`, `py:package.module:Id-v0`.
  package static func name(of id: String) -> String {
    afterScheme(id).map { scheme + PythonReference.split($0).name } ?? String(id.prefix { $0 != ":" })
  }

  /// The name under which others know an environment: Gymnasium's id, whether it is stepped by Python or here.
  package static func commonName(of id: String) -> String {
    let name = name(of: id)
    return afterScheme(name) ?? name
  }

  static func findPython(_ text: String) throws(EnvironmentError) -> Found {
    let (name, options) = PythonReference.split(text)
    var own: [(name: String, text: String)] = []
    var wrappers: [String] = []
    if !options.isEmpty {
      for pair in options.split(separator: ",", omittingEmptySubsequences: false) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
          throw EnvironmentError("'\(pair)' is not of the form option=value in 'py:\(text)'")
        }
        if wrapperOptions.contains(where: { $0.name == parts[0] }) {
          wrappers.append(String(pair))
        } else {
          own.append((parts[0], parts[1]))
        }
      }
    }
    let reference = try rethrowing { () throws(PythonError) in try PythonReference(name, arguments: own) }
    return Found(
      place: .python(reference),
      options: try EnvironmentOptions(wrappers.joined(separator: ","), for: entry(scheme + name, "")))
  }

  static func pythonVector(
    _ reference: PythonReference, _ options: EnvironmentOptions, count: Int, autoReset: AutoReset,
    _ settings: PythonSettings
  ) throws(EnvironmentError) -> any VectorEnvironment {
    try rethrowing { () throws(PythonError) in
      try PythonVector(
        reference, count: count, autoReset: autoReset, timeLimit: options.timeLimit, settings: settings)
    }
  }

  static func pythonSpecification(
    _ reference: PythonReference, _ options: EnvironmentOptions, _ settings: PythonSettings
  ) throws(EnvironmentError) -> EnvironmentSpecification {
    try rethrowing { () throws(PythonError) in
      try reference.specification(in: settings, timeLimit: options.timeLimit)
    }
  }

  /// The entry of an id with or without options, wherever the environment lives.
  package static func entry(
    of id: String, python settings: PythonSettings = PythonSettings()
  ) throws(EnvironmentError) -> EnvironmentEntry {
    guard let description = try pythonDescription(of: id, in: settings) else { return try entry(name(of: id)) }
    return entry(name(of: id), description.text, description.origin)
  }

  /// What Python says of an environment; nil for one that is not stepped by Python.
  package static func pythonDescription(
    of id: String, in settings: PythonSettings
  ) throws(EnvironmentError) -> PythonDescription? {
    guard let rest = afterScheme(id), case .python(let reference) = try findPython(rest).place else { return nil }
    return try rethrowing { () throws(PythonError) in try reference.description(in: settings) }
  }

  /// The module of `py:` or `py:package.module`, which name environments and none of them; empty for `py:`. nil for other ids.
  package static func pythonModule(_ id: String) -> String? {
    afterScheme(id).flatMap { $0.isEmpty || PythonReference.isModule($0) ? $0 : nil }
  }

  /// What Gymnasium has registered, or what a module registers. Throws where there is nothing.
  package static func pythonRegistry(
    of module: String, in settings: PythonSettings
  ) throws(EnvironmentError) -> [PythonRegistry.Entry] {
    try rethrowing { () throws(PythonError) in try PythonRegistry(of: module, in: settings).entries }
  }

  private static func entry(
    _ name: String, _ summary: String, _ origin: PythonDescription.Origin? = nil
  ) -> EnvironmentEntry {
    let source = origin.map { "the Python module \($0.module), by \($0.executable); \($0.packages)" } ?? "Python"
    return EnvironmentEntry(name, summary, source: source) { _ throws(EnvironmentError) in
      throw EnvironmentError("\(name) is stepped by Python")
    }
  }

  static func entry(ofLent id: String) -> EnvironmentEntry {
    EnvironmentEntry(id, "", source: "Python") { _ throws(EnvironmentError) in
      throw EnvironmentError("\(id) is stepped by a Python program")
    }
  }

  private static func rethrowing<Result>(
    _ body: () throws(PythonError) -> Result
  ) throws(EnvironmentError) -> Result {
    do { return try body() } catch { throw EnvironmentError(error) }
  }
}

extension EnvironmentOptions {
  /// What `time_limit` asks for.
  fileprivate var timeLimit: Int? { integer("time_limit") > 0 ? integer("time_limit") : nil }
}

/// Environments that are only talked about.
final class DescribedVector: VectorEnvironment {
  let specification: EnvironmentSpecification
  let count = 1

  init(_ specification: EnvironmentSpecification) { self.specification = specification }

  func reset(seed: UInt64, into batch: inout StepBatch) { refuse() }
  func step(_ actions: Span<Float>, into batch: inout StepBatch) { refuse() }
  func snapshot() throws -> [UInt8] { refuse() }
  func restore(_ snapshot: [UInt8]) throws { refuse() }

  private func refuse() -> Never { fatalError("\(specification.id): this describes environments and steps none") }
}
