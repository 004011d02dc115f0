import RLCore
import Randomness

/// A table of transitions laid out so that a draw takes no branch: a row for each state and action, all rows of the same
/// length.
struct DrawTable: Sendable {
  struct Outcome {
    var reward: Double
    var nextState: Int32
    var ending: Ending
  }

  private let actionCount: Int
  /// Outcomes of a row, the most that one has.
  private let width: Int
  /// `[rows, width]`: cumulative probabilities, infinite where there are no more outcomes.
  private let sums: [Double]
  /// `[rows, width + 1]`: where there are no more outcomes, and where rounding left none, the first one.
  private let outcomes: [Outcome]
  /// Whether nothing is left to chance: then nothing is drawn.
  private let isDeterministic: Bool

  init(_ table: TransitionTable) {
    actionCount = table.actionCount
    isDeterministic = table.isDeterministic
    let rows = (0..<table.stateCount * table.actionCount).map { row in
      table.transitions(from: row / table.actionCount, action: row % table.actionCount)
    }
    let width = rows.map(\.count).max() ?? 1
    self.width = width
    sums = rows.flatMap { row in
      TransitionTable.cumulative(row.map(\.probability)) + Array(repeating: .infinity, count: width - row.count)
    }
    outcomes = rows.flatMap { row in
      (0...width).map { index in
        let transition = row[index < row.count ? index : 0]
        return Outcome(
          reward: transition.reward, nextState: Int32(transition.nextState),
          ending: transition.terminated ? .terminated : .none)
      }
    }
  }

  /// One draw, as Gymnasium's `categorical_sample` over the transitions in their order. The state is one of the table's and
  /// the action has been checked, so that nothing here overflows.
  @inline(__always)
  func draw(from state: Int32, action: Float, using generator: inout PCG64) -> Outcome {
    let row = Int(state) &* actionCount &+ Int(action)
    return outcomes.withUnsafeBufferPointer { outcomes in
      if width == 1 {
        // The outcome does not wait for the draw, which moves the generator as Gymnasium's does.
        if !isDeterministic { _ = generator.random() }
        return outcomes[2 &* row]
      }
      let draw = generator.random()
      return sums.withUnsafeBufferPointer { sums in
        var index = 0
        for candidate in row * width..<(row + 1) * width { index += sums[candidate] <= draw ? 1 : 0 }
        return outcomes[row &* (width &+ 1) &+ index]
      }
    }
  }

  /// A step of environments that are nothing but the table, whose states are `indices`.
  func step(
    _ environments: Range<Int>, from indices: inout [Int32], actions: Span<Float>, using generators: inout [PCG64],
    into batch: inout StepBatch
  ) {
    indices.withUnsafeMutableBufferPointer { indices in
      batch.step(environments, using: &generators) { index, generator, observation in
        let drawn = draw(from: indices[index], action: actions[index], using: &generator)
        indices[index] = drawn.nextState
        observation[0] = Float(drawn.nextState)
        return RLCore.Outcome(reward: drawn.reward, ending: drawn.ending)
      }
    }
  }
}
