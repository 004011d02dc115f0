import Settings
import Telemetry

/// The memory that a training or a fit needs, known from its sizes before any of it is allocated. An agent or a model returns
/// one, so that sizes no machine has are an error that names the settings to lower.
///
/// ```swift
/// var memory = MemoryEstimate()
/// memory.add("the replay buffer", bytes: 4 * 1e6 * 11, lower: "buffer_size")
/// memory.addNetwork(widths: [4, 64, 64, 2], floatsPerParameter: 5, rows: 32, lower: "net_arch or batch_size")
/// try memory.require("dqn")
/// ```
///
/// Bytes are counted as `Double`, so that absurd sizes are large numbers and nothing overflows.
public struct MemoryEstimate: Sendable, Hashable {
  /// What takes memory, and the settings that decide how much.
  public struct Part: Sendable, Hashable {
    public var name: String
    public var bytes: Double
    public var settings: String
  }

  public private(set) var parts: [Part] = []

  public init() {}

  /// Of all parts.
  public var bytes: Double { parts.reduce(0) { $0 + $1.bytes } }

  /// Adds what is called `name`, as "the replay buffer", and is smaller with lower `settings`.
  public mutating func add(_ name: String, bytes: Double, lower settings: String) {
    parts.append(Part(name: name, bytes: bytes, settings: settings))
  }

  /// Adds a multilayer perceptron: `floatsPerParameter` floats for each parameter (itself, its gradient, an optimizer's
  /// moments, a target …), and the activations of up to `rows` rows with their gradients in each of `workspaces`.
  public mutating func addNetwork(
    widths: [Int], floatsPerParameter: Int, rows: Int, workspaces: Int = 1, lower settings: String
  ) {
    var (parameters, units, largest) = (0.0, 0.0, 0.0)
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      let weights = Double(inputs) * Double(outputs)
      parameters += weights + Double(outputs)
      units += Double(outputs)
      largest = max(largest, weights)
    }
    // Orthogonal weights are drawn and factorised in double precision, in five matrices.
    let initialization = 40 * largest
    let checkpoint = 2 * 12 * parameters
    let activations = 12 * Double(rows) * Double(workspaces) * units
    add(
      "the networks",
      bytes: 4 * Double(floatsPerParameter) * parameters + max(initialization, checkpoint) + activations,
      lower: settings)
  }

  /// Throws where `count` of them side by side need more memory than there is; `owner` is who needs it.
  public func require(_ owner: String, count: Int = 1) throws(HyperparameterError) {
    try require(owner, count: count, available: AvailableMemory.bytes)
  }

  func require(_ owner: String, count: Int, available: Double) throws(HyperparameterError) {
    let needed = bytes * Double(count)
    guard needed > available, let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return }
    let share = parts.count > 1 ? "\(largest.name) \(byteCount(largest.bytes * Double(count))) of it, " : ""
    throw HyperparameterError(
      "\(owner) \(count == 1 ? "needs" : "need") \(byteCount(needed)) of memory, \(share)and \(byteCount(available)) are "
        + "available: lower \(largest.settings)\(count == 1 ? "" : ", or run fewer at once")")
  }
}

/// `4.4 MB`, `1.0 GB`, `8.0 EB`; what is larger by a power of ten.
package func byteCount(_ bytes: Double) -> String {
  for (limit, unit, name) in [(1e9, 1e6, "MB"), (1e12, 1e9, "GB"), (1e15, 1e12, "TB"), (1e18, 1e15, "PB")]
  where bytes < limit {
    return "\((bytes / unit * 10).rounded() / 10) \(name)"
  }
  return bytes < 1e21 ? "\((bytes / 1e18 * 10).rounded() / 10) EB" : "\(bytes) bytes"
}
