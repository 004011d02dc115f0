import Learning
import Settings
import Telemetry

/// What off-policy algorithms have in common: act, remember, learn from what is remembered.
package struct ReplaySettings: Sendable {
  package var capacity = 1_000_000
  /// Transitions before the first update; until then actions are drawn uniformly.
  package var learningStarts = 100
  /// Steps each environment takes between rounds of updates.
  package var trainFrequency = 1
  /// Updates a round; nil: as many as transitions were collected.
  package var gradientSteps: Int? = 1
  package var batchSize = 256
  /// n of n-step returns.
  package var steps = 1
  package var gamma = 0.99

  package init(capacity: Int = 1_000_000, trainFrequency: Int = 1, batchSize: Int = 256) {
    self.capacity = capacity
    self.trainFrequency = trainFrequency
    self.batchSize = batchSize
  }

  static let hyperparameters: [Hyperparameter<ReplaySettings>] = [
    // Drawn from by 32 bits.
    .integer(
      "buffer_size", \.capacity, .atLeast(1, limit: Int(UInt32.max)), "transitions that are remembered"),
    .integer("learning_starts", \.learningStarts, .atLeast(0), "transitions before the first update"),
    .integer("batch_size", \.batchSize, .atLeast(1), "transitions an update learns from"),
    .integer(
      "train_freq", \.trainFrequency, .atLeast(1, limit: 1_000_000_000),
      "steps each environment takes between rounds of updates"),
    .updates("gradient_steps", \.gradientSteps, "updates a round; -1: one a transition"),
    .number("gamma", \.gamma, .unit, "discount factor γ"),
    .integer("n_steps", \.steps, .atLeast(1, limit: 10_000), "rewards before bootstrapping (n-step returns)"),
  ]

  /// What decides how large networks and what passes through them are.
  static let sizes = "net_arch or batch_size"

  /// The memory of the buffer and of the transitions drawn from it.
  func memory(for environment: EnvironmentSpecification, budget: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.add(
      "the replay buffer", bytes: ReplayBuffer.bytes(capacity: capacity, for: environment, budget: budget),
      lower: "buffer_size")
    let row = 2 * ObservationEncoding(environment.observationSpace).width + environment.actionSpace.width + 2
    memory.add("the transitions drawn from it", bytes: 4 * Double(batchSize) * Double(row), lower: "batch_size")
    return memory
  }

  /// Throws where values that are each in range contradict one another.
  func validate() throws(HyperparameterError) {
    if batchSize > capacity {
      throw HyperparameterError("batch_size \(batchSize) is larger than buffer_size \(capacity): lower it")
    }
    if learningStarts > capacity {
      throw HyperparameterError(
        "learning_starts \(learningStarts) is larger than buffer_size \(capacity), so that the first transitions would "
          + "be forgotten before they are learnt from: lower it")
    }
  }
}
