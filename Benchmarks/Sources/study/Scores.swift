import Foundation

/// The last parameters' mean reward over 100 episodes, of one training; a line of a file in Docs/results.
struct Score: Hashable {
  /// `rlrun` or a peer's name.
  var program: String
  var version: String
  var agent: String
  var environment: String
  var configuration: String
  var seed: Int
  var steps: Int
  var reward: Double
  var seconds: Double

  static let header = "program,version,agent,environment,configuration,seed,steps,final_mean_reward,seconds"

  var line: String {
    "\(program),\(version),\(agent),\(environment),\(configuration),\(seed),\(steps),\(reward),"
      + String(format: "%.1f", seconds)
  }

  init(
    program: String, version: String, agent: String, environment: String, configuration: String, seed: Int, steps: Int,
    reward: Double, seconds: Double
  ) {
    self.program = program
    self.version = version
    self.agent = agent
    self.environment = environment
    self.configuration = configuration
    self.seed = seed
    self.steps = steps
    self.reward = reward
    self.seconds = seconds
  }

  init?(line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 9, let seed = Int(fields[5]), let steps = Int(fields[6]), let reward = Double(fields[7]),
      let seconds = Double(fields[8])
    else { return nil }
    self.init(
      program: fields[0], version: fields[1], agent: fields[2], environment: fields[3], configuration: fields[4],
      seed: seed, steps: steps, reward: reward, seconds: seconds)
  }

  /// The lines of a file; none where there is no file. Throws for a line that is no score.
  static func read(_ path: String) throws -> [Score] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").dropFirst().enumerated().map { index, line in
      guard let score = Score(line: line) else { throw StudyError("\(path), line \(index + 2): not a score: \(line)") }
      return score
    }
  }

  /// Writes a file whose lines are in the order of agents, worlds and seeds.
  static func write(_ scores: [Score], to path: String) throws {
    let sorted = scores.sorted {
      ($0.environment, $0.agent, $0.program, $0.seed) < ($1.environment, $1.agent, $1.program, $1.seed)
    }
    let text = ([header] + sorted.map(\.line)).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}

/// What was published of an agent in a world: one training each, the mean over its evaluation's episodes.
struct PublishedScore {
  var agent: String
  var environment: String
  var reward: Double

  static func read(_ path: String) throws -> [PublishedScore] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",").map(String.init)
      guard fields.count >= 3, let reward = Double(fields[2]) else { throw StudyError("\(path): not a score: \(line)") }
      return PublishedScore(agent: fields[0], environment: fields[1], reward: reward)
    }
  }
}

struct StudyError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
