import Environments
import Foundation
import RLCore
import Randomness
import Testing

@testable import MuJoCo

/// Episodes that Tests/Goldens/gymnasium_mujoco.py has recorded.
struct RecordedRobots: Decodable {
  struct Episode: Decodable, CustomTestStringConvertible, Sendable {
    var environment: String
    var seed: UInt64
    /// The first observation and every hundredth, of long ones the first and every five hundredth; bits of doubles.
    var shown: [String]
    /// Every hundredth, as C writes them in hexadecimal.
    var rewards: [String]
    /// Steps that ended an episode, with t for terminated and l for the limit.
    var ends: String
    /// Running sums over the bits of all observations and of all rewards.
    var observed, rewarded: String

    var testDescription: String { "\(environment), seed \(seed)" }
  }

  var gymnasium, mujoco: String
  var episodes: [Episode]

  static let all: RecordedRobots = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/gymnasium_mujoco.json")
    return try! JSONDecoder().decode(RecordedRobots.self, from: Data(contentsOf: file))
  }()
}

@Suite(.needsMuJoCo) struct GymnasiumTests {
  @Test func `the recorded episodes are of the version that is installed`() throws {
    #expect(RecordedRobots.all.mujoco == MuJoCoLibrary.version)
    #expect(Set(RecordedRobots.all.episodes.map { String($0.environment.prefix { $0 != ":" }) }).count == 11)
  }

  @Test(arguments: RecordedRobots.all.episodes)
  func `a thousand steps are Gymnasium's, bit for bit`(episode: RecordedRobots.Episode) throws {
    func play(_ world: some Environment) { check(EnvironmentVector(world, count: 1, autoReset: .disabled), episode) }
    play(try EnvironmentCatalogue.environment(episode.environment))
  }

  private func check<World: Environment>(_ world: EnvironmentVector<World>, _ recorded: RecordedRobots.Episode) {
    guard case .box(_, let bounds) = world.specification.actionSpace else { preconditionFailure() }
    var batch = world.makeBatch()
    var actions = PCG64(seed: recorded.seed)
    var observation: [Double] { (world[0] as! any ObservedState).observation }
    world.reset(seed: recorded.seed, into: &batch)
    var (observed, rewarded) = (RunningSum(), RunningSum())
    observed.add(observation)
    var (shown, rewards, ends) = ([digits(observation)], [Double](), [String]())
    for step in 1...1000 {
      let action = bounds.map { Float(actions.integers(-1000, 1001)) / 1000 * $0 }
      world.step(action.span, into: &batch)
      observed.add(observation)
      rewarded.add([batch.rewards[0]])
      #expect(batch.observations == observation.map { Float($0) })
      if step.isMultiple(of: 100) {
        shown.append(digits(observation))
        rewards.append(batch.rewards[0])
      }
      guard batch.endings[0] != .none else { continue }
      ends.append("\(step - 1)\(batch.endings[0] == .terminated ? "t" : "l")")
      let all = [true]
      world.reset(where: all.span, into: &batch)
      observed.add(observation)
    }
    let some = recorded.shown.count == shown.count ? shown : [shown[0], shown[5], shown[10]]
    #expect(some == recorded.shown)
    #expect(rewards == recorded.rewards.map { Double($0)! })
    #expect(ends.joined(separator: " ") == recorded.ends)
    #expect(observed.bits == UInt64(recorded.observed, radix: 16))
    #expect(rewarded.bits == UInt64(recorded.rewarded, radix: 16))
  }
}

private protocol ObservedState { var observation: [Double] { get } }
extension RobotEnvironment.State: ObservedState {}

/// A sum of bits in which the order counts.
private struct RunningSum {
  var bits: UInt64 = 0
  mutating func add(_ numbers: [Double]) {
    for number in numbers { bits = (bits << 1 | bits >> 63) ^ number.bitPattern }
  }
}

private func digits(_ numbers: [Double]) -> String {
  numbers.map { number in
    let digits = String(number.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }.joined()
}
