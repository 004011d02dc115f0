import Randomness

/// What a step of N environments gives: a row for each environment, a column for each quantity. Make one with
/// `VectorEnvironment.makeBatch()` and pass it to every step.
///
/// ```swift
/// func play(_ environments: any VectorEnvironment, actions: [Float]) -> Double {
///   var batch = environments.makeBatch()
///   environments.reset(seed: 1, into: &batch)
///   var total = 0.0
///   repeat {
///     environments.step(actions.span, into: &batch)
///     total += batch.rewards[0]
///   } while batch.endings[0] == .none
///   return total
/// }
/// ```
///
/// This is the only shape that experience has on its way from an environment to an agent. Whoever steps a vector owns a
/// batch and passes it `inout`; kernels write its rows in place, wrappers change them, and a vector with several threads
/// gives each thread a batch of its share of the rows. A new column is a property, its line in `init` and its line in
/// `copyRows`.
public struct StepBatch: Sendable {
  /// `[N, W]`: what the next action is to be chosen on, that is after auto-reset in the same step.
  public var observations: [Float]
  /// `[N, W]`: row n is the last observation of an episode where `endings[n]` is not `.none`, else unspecified.
  public var finalObservations: [Float]
  /// `[N]`
  public var rewards: [Double]
  /// `[N]`
  public var endings: [Ending]
  /// `[N, maskWidth]`: which actions make sense after `observations`. Empty if the environment does not mask actions, or
  /// if nobody asked for masks.
  public var actionMasks: [Bool]
  /// `[N]`: the rewards as the environment gave them, if a wrapper has changed `rewards`; else nil.
  public var environmentRewards: [Double]?

  /// `maskWidth`: the specification's, for the column of action masks.
  public init(count: Int, width: Int, maskWidth: Int? = nil) {
    observations = Array(repeating: 0, count: count * width)
    finalObservations = Array(repeating: 0, count: count * width)
    rewards = Array(repeating: 0, count: count)
    endings = Array(repeating: .none, count: count)
    actionMasks = Array(repeating: true, count: count * (maskWidth ?? 0))
  }

  /// Copies the rows `rows` of `other` to this batch's rows from `first` on, without the environment's rewards, which are
  /// a wrapper's column.
  mutating func copyRows(_ rows: Range<Int>, of other: borrowing StepBatch, to first: Int) {
    let count = other.count
    observations.copyRows(rows, of: other.observations, count, to: first)
    finalObservations.copyRows(rows, of: other.finalObservations, count, to: first)
    rewards.copyRows(rows, of: other.rewards, count, to: first)
    endings.copyRows(rows, of: other.endings, count, to: first)
    actionMasks.copyRows(rows, of: other.actionMasks, count, to: first)
  }

  /// N, the number of environments.
  public var count: Int { rewards.count }

  /// Whether the episode of any environment ended; a loop without a branch.
  public var hasEnding: Bool { endings.reduce(0) { $0 | $1.rawValue } != 0 }

  /// The reward of an environment as it gave it: what returns of episodes are made of.
  public func environmentReward(of index: Int) -> Double { environmentRewards?[index] ?? rewards[index] }
}

/// How kernels write rows. Inlined, so that each kernel has a loop without calls.
extension StepBatch {
  /// Writes the rows of `environments` one after the other: `body` takes the environment's index and its generator, writes
  /// its observation `[W]` and returns the outcome.
  @inlinable @inline(__always)
  public mutating func step(
    _ environments: Range<Int>, using generators: inout [PCG64],
    _ body: (Int, inout PCG64, inout MutableSpan<Float>) -> Outcome
  ) {
    let width = observations.count / rewards.count
    observations.withUnsafeMutableBufferPointer { observations in
      rewards.withUnsafeMutableBufferPointer { rewards in
        endings.withUnsafeMutableBufferPointer { endings in
          generators.withUnsafeMutableBufferPointer { generators in
            for index in environments {
              var row = UnsafeMutableBufferPointer(
                start: observations.baseAddress! + index * width, count: width
              ).mutableSpan
              let outcome = body(index, &generators[index], &row)
              rewards[index] = outcome.reward
              endings[index] = outcome.ending
            }
          }
        }
      }
    }
  }

  /// Writes the observations of `environments` whose episodes start, one after the other, and nothing else.
  @inlinable @inline(__always)
  public mutating func reset(
    _ environments: Span<Int32>, using generators: inout [PCG64],
    _ body: (Int, inout PCG64, inout MutableSpan<Float>) -> Void
  ) {
    let width = observations.count / rewards.count
    observations.withUnsafeMutableBufferPointer { observations in
      generators.withUnsafeMutableBufferPointer { generators in
        for place in environments.indices {
          let index = Int(environments[place])
          var row = UnsafeMutableBufferPointer(
            start: observations.baseAddress! + index * width, count: width
          ).mutableSpan
          body(index, &generators[index], &row)
        }
      }
    }
  }

  /// Copies the observations of `environments` to the final ones.
  mutating func keepFinalObservations(of environments: Span<Int32>) {
    let width = observations.count / rewards.count
    observations.withUnsafeBufferPointer { observations in
      finalObservations.withUnsafeMutableBufferPointer { finalObservations in
        for place in environments.indices {
          let start = Int(environments[place]) * width
          (finalObservations.baseAddress! + start).update(from: observations.baseAddress! + start, count: width)
        }
      }
    }
  }
}

extension [Ending] {
  /// Calls `body` with the endings as C sees them: 0 none, 1 terminated, 2 truncated.
  package mutating func withCodes<Result>(_ body: (UnsafeMutablePointer<UInt8>) -> Result) -> Result {
    withUnsafeMutableBytes { body($0.baseAddress!.assumingMemoryBound(to: UInt8.self)) }
  }
}

extension Array {
  /// Copies rows of a column that has `count` rows; both columns have rows of one width.
  fileprivate mutating func copyRows(_ rows: Range<Int>, of other: [Element], _ count: Int, to first: Int) {
    let width = other.count / count
    withUnsafeMutableBufferPointer { own in
      other.withUnsafeBufferPointer { other in
        guard let own = own.baseAddress, let other = other.baseAddress else { return }
        (own + first * width).update(from: other + rows.lowerBound * width, count: rows.count * width)
      }
    }
  }
}
