import Learning
import Randomness
import Telemetry
import Training

/// The random numbers that an agent draws after a checkpoint, drawn again from the checkpoint's generators.
struct ParityDraws {
  private let checkpoint: Checkpoint
  private let configuration: TrainingConfiguration
  private let start: Int
  private let end: Int
  private let actionWidth: Int
  private let isDiscrete: Bool

  init(
    _ checkpoint: Checkpoint, configuration: TrainingConfiguration, start: Int, end: Int, actionWidth: Int,
    isDiscrete: Bool
  ) {
    self.checkpoint = checkpoint
    self.configuration = configuration
    self.start = start
    self.end = end
    self.actionWidth = actionWidth
    self.isDiscrete = isDiscrete
  }

  func add(to file: inout Checkpoint) throws {
    switch configuration.agent {
    case "ppo":
      try addPermutations(to: &file)
      try addActionNoise(to: &file)
    case "a2c": try addActionNoise(to: &file)
    case "dqn": try addRows(to: &file, noise: 0)
    // Of actions for the observations and for the next ones.
    case "sac": try addRows(to: &file, noise: 2)
    case "td3": try addRows(to: &file, noise: 1)
    case "ddpg": try addRows(to: &file, noise: 0)
    default: throw BenchmarkError("what \(configuration.agent) draws is not known here")
    }
  }

  private func integer(_ name: String) throws -> Int {
    guard case .integer(let value)? = configuration.hyperparameters[name] else {
      throw BenchmarkError("\(configuration.agent) has no whole number \(name)")
    }
    return value
  }

  /// The orders of the segments' transitions, an epoch's after the other, as many as there may be epochs.
  private func addPermutations(to file: inout Checkpoint) throws {
    var shuffler: CounterGenerator = try checkpoint.decode("shuffler")
    let count = try integer("n_steps") * configuration.environmentCount
    var permutations: [Int] = []
    for _ in 0..<(end - start) / count * (try integer("n_epochs")) {
      var order = (0..<count).map { Int32($0) }
      var span = order.mutableSpan
      shuffler.shuffle(&span)
      permutations += order.map { Int($0) }
    }
    file.set("permutations", permutations)
  }

  /// ε of every action μ + σ ε; nothing where actions are choices, which the environments' record has.
  private func addActionNoise(to file: inout Checkpoint) throws {
    guard !isDiscrete else { return }
    var sampler: CounterGenerator = try checkpoint.decode("sampler")
    file.set("noise", (0..<(end - start) * actionWidth).map { _ in sampler.normal() })
  }

  /// The buffer's rows that each update learns from, and `noise` normal numbers for every component of their actions.
  private func addRows(to file: inout Checkpoint, noise: Int) throws {
    var sampler: CounterGenerator = try checkpoint.decode("replay.sampler")
    let environmentCount = configuration.environmentCount
    let capacity = max(1, try integer("buffer_size") / environmentCount) * environmentCount
    let round = try integer("train_freq") * environmentCount
    let (updates, size, warmUp) = (
      try integer("gradient_steps"), try integer("batch_size"), try integer("learning_starts")
    )
    var rows: [Int] = []
    for step in stride(from: start + round, through: end, by: round) where step > warmUp {
      for _ in 0..<(updates < 0 ? round : updates) * size { rows.append(sampler.integer(below: min(capacity, step))) }
    }
    file.set("rows", rows)
    guard noise > 0 else { return }
    var generator: CounterGenerator = try checkpoint.decode("noise")
    file.set("noise", (0..<rows.count * noise * actionWidth).map { _ in generator.normal() })
  }
}
