import BLASBridge
import Learning
import Telemetry

/// A moment at which an agent shows how its networks and inputs are doing.
struct Look {
  let step: Int
  let sink: any MetricSink

  /// Whether whole tensors are watched.
  var isDetailed: Bool { !sink.signals.watched.isEmpty }

  /// Shows `signals/NAME`, where it is watched.
  func show(_ name: String, _ values: UnsafePointer<Float>, count: Int) {
    sink.record(tensor: "signals/\(name)", UnsafeBufferPointer(start: values, count: count), step: step)
  }
}

/// The tensors `signals/NAME` of these names.
func signals(_ names: String...) -> [String] { names.map { "signals/\($0)" } }

extension MetricSink {
  /// The look that is due at `step`, `previous` being the end of the last iteration; also at the first update.
  func look(from previous: Int, to step: Int, isFirst: Bool = false) -> Look? {
    signals.isDue(from: previous, to: step) || (isFirst && signals.interval > 0) ? Look(step: step, sink: self) : nil
  }
}

/// Networks that are updated together, to be looked at around an update.
struct NetworkWatch {
  private let members: [Member]

  private struct Member {
    let diagnostics: NetworkDiagnostics
    let workspace: Network.Workspace
    let parameters: FloatBuffer
    let gradient: FloatBuffer
    /// Where the network's stretch of both begins.
    let offset: Int
  }

  /// `parameters` and `gradient` hold those of all `networks`, each from its offset on; names are the checkpoint's.
  init(
    _ networks: [(name: String, network: Network, workspace: Network.Workspace, offset: Int)],
    parameters: FloatBuffer, gradient: FloatBuffer
  ) {
    members = networks.map { name, network, workspace, offset in
      Member(
        diagnostics: NetworkDiagnostics(network, name: name), workspace: workspace, parameters: parameters,
        gradient: gradient, offset: offset)
    }
  }

  /// Does `update`, and records around it what `NetworkDiagnostics` says if there is a `look`; the workspaces hold the
  /// activations of the last of the `rows` that the gradient is of.
  func around(_ look: Look?, rows: Int, _ update: () -> Void) {
    guard let look else { return update() }
    for member in members { member.diagnostics.willUpdate(member.parameters.base + member.offset) }
    update()
    for member in members {
      let (parameters, gradient) = (member.parameters.base + member.offset, member.gradient.base + member.offset)
      member.diagnostics.record(
        parameters: parameters, gradient: gradient, in: member.workspace, rows: rows, step: look.step, to: look.sink)
      guard look.isDetailed else { continue }
      member.diagnostics.recordTensors(
        parameters: parameters, gradient: gradient, in: member.workspace, rows: rows, step: look.step, to: look.sink)
    }
  }

  /// Those that a look may show.
  var tensors: [String] { members.flatMap(\.diagnostics.tensors) }
}
