import BLASBridge
import Learning
import Randomness

/// Acts by a network: observations → features → the network's outputs → its head → actions of the environment.
struct NetworkPolicy<Head: ActionHead>: Policy {
  let encoding: ObservationEncoding
  /// Of the features, where these are normalised.
  let moments: RunningMoments?
  let network: Network
  let head: Head
  let parameters: [Float]
  /// The most rows of a pass.
  private let rows: Int

  /// `parameters` are the network's.
  init(
    _ encoding: ObservationEncoding, normalizingBy moments: RunningMoments? = nil, _ network: Network,
    parameters: [Float], _ head: Head, rows: Int
  ) {
    self.encoding = encoding
    self.moments = moments
    self.network = network
    self.parameters = parameters
    self.head = head
    self.rows = rows
  }

  /// Room for a pass.
  struct State {
    fileprivate let rows: Int
    fileprivate let features: FloatBuffer
    fileprivate let workspace: Network.Workspace
    fileprivate let scratch: Head.Scratch
  }

  func makeState(count: Int) -> State {
    let rows = max(1, min(rows, count))
    return State(
      rows: rows, features: FloatBuffer(count: rows * encoding.width), workspace: network.makeWorkspace(rows: rows),
      scratch: head.makeScratch(rows: rows))
  }

  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout State,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    encoding.check(observations, actions.count, count: count, actionWidth: head.actionWidth)
    let maskWidth = masks.isEmpty ? 0 : head.maskWidth
    require(
      maskWidth == 0 || masks.count == count * maskWidth,
      "\(count) rows need \(count * maskWidth) flags of action masks, not \(masks.count)")
    observations.withUnsafeBufferPointer { observations in
      masks.withUnsafeBufferPointer { masks in
        actions.withUnsafeMutableBufferPointer { actions in
          parameters.withUnsafeBufferPointer { parameters in
            var start = 0
            while start < count {
              let rows = min(state.rows, count - start)
              let features = state.features.base
              encoding.encode(
                observations.baseAddress! + start * encoding.sourceWidth, rows: rows, into: features)
              moments?.normalize(features, rows: rows)
              let outputs = network.forward(
                features, rows: rows, parameters: parameters.baseAddress!, in: state.workspace)
              head.act(
                on: outputs, masks: maskWidth > 0 ? masks.baseAddress! + start * maskWidth : nil, rows: rows,
                deterministic: deterministic, in: state.scratch, using: &generator,
                into: actions.baseAddress! + start * head.actionWidth)
              start += rows
            }
          }
        }
      }
    }
  }
}

/// Makes actions of what a network puts out.
protocol ActionHead: Sendable {
  /// Room for what is computed on the way.
  associatedtype Scratch

  /// Numbers of an action.
  var actionWidth: Int { get }
  /// Flags of a row of action masks; 0 for a head that keeps to none.
  var maskWidth: Int { get }

  func makeScratch(rows: Int) -> Scratch

  /// Outputs `[rows, …]`, which it may change, → the environment's actions `[rows, A]`; the most likely ones where
  /// `deterministic`. `masks` `[rows, choices]` are nil if there are none.
  func act(
    on outputs: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, rows: Int, deterministic: Bool,
    in scratch: Scratch, using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>)
}

extension ActionHead {
  var maskWidth: Int { 0 }
}
