import Foundation
import Training

/// How long one training took to its threshold; a line of Docs/results/best.csv.
struct BestScore: Hashable {
  var environment: String
  var agent: String
  var preset: String
  var configuration: String
  var seed: UInt64
  var threshold: Double
  /// To the first evaluation that reached the threshold, or all there were.
  var steps: Int
  /// The mean of 100 episodes of the last parameters.
  var reward: Double

  var isSolved: Bool { reward >= threshold }

  static let header = "environment,agent,preset,configuration,seed,threshold,steps,mean_reward,solved"

  var line: String {
    "\(environment),\(agent),\(preset),\(configuration),\(seed),\(threshold),\(steps),\(reward),\(isSolved)"
  }

  init(
    environment: String, agent: String, preset: Preset, configuration: String, seed: UInt64, threshold: Double,
    steps: Int, reward: Double
  ) {
    (self.environment, self.agent, self.preset) = (environment, agent, preset.rawValue)
    (self.configuration, self.seed, self.threshold) = (configuration, seed, threshold)
    (self.steps, self.reward) = (steps, reward)
  }

  private init?(line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 9, let seed = UInt64(fields[4]), let threshold = Double(fields[5]),
      let steps = Int(fields[6]), let reward = Double(fields[7]), let preset = Preset(rawValue: fields[2])
    else { return nil }
    self.init(
      environment: fields[0], agent: fields[1], preset: preset, configuration: fields[3], seed: seed,
      threshold: threshold, steps: steps, reward: reward)
  }

  /// The lines of a file; none where there is no file. Throws for a line that is no score.
  static func read(_ path: String) throws -> [BestScore] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").dropFirst().enumerated().map { index, line in
      guard let score = BestScore(line: line) else {
        throw StudyError("\(path), line \(index + 2): not a score: \(line)")
      }
      return score
    }
  }

  /// Writes a file whose lines are in the order of environments, agents, presets and seeds.
  static func write(_ scores: [BestScore], to path: String) throws {
    let sorted = scores.sorted {
      ($0.environment, $0.agent, $0.preset, $0.seed) < ($1.environment, $1.agent, $1.preset, $1.seed)
    }
    let text = ([header] + sorted.map(\.line)).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
