import ArgumentParser
import CMuJoCo
import CReference
import Environments
import Foundation
import MuJoCo
import RLCore
import Randomness

/// Steps of MuJoCo's robots per second of processor time: a vector of environments beside a plain C loop around the engine,
/// in turns.
struct RobotsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "robots", abstract: "Steps per second of MuJoCo's robots beside a plain C loop.")

  @Option(help: "Environments.")
  var environments = 64
  @Option(help: "Steps of each environment in a round.")
  var steps = 200
  @Option(help: "Rounds, of which the median counts.")
  var rounds = 7

  func run() throws {
    var table = Table("environment", "C loop", "rlrun", "rlrun / C", "episodes C / rlrun")
    for robot in Self.robots {
      let figures = try measure(robot)
      table.add(
        robot.id, grouped(figures.reference), grouped(figures.own), String(format: "%.3f", figures.ratio),
        "\(figures.referenceEpisodes) / \(figures.ownEpisodes)")
    }
    print(table.text)
    print("\nSteps per second of processor time, \(environments) environments, median of \(rounds) rounds in turns.")
  }

  private struct Robot {
    var id, file: String
    var rules: reference_robot
  }

  private static let robots: [Robot] = [
    Robot(id: "HalfCheetah-v5", file: "half_cheetah.xml", rules: rules(frames: 5, hidden: 1, noise: 0.1)),
    Robot(
      id: "Hopper-v5", file: "hopper.xml",
      rules: rules(frames: 4, hidden: 1, height: 1, 0.7..<Double.infinity, angle: 0.2, noise: 5e-3)),
    Robot(
      id: "Walker2d-v5", file: "walker2d_v5.xml",
      rules: rules(frames: 4, hidden: 1, height: 1, 0.8..<2, angle: 1, noise: 5e-3)),
    Robot(
      id: "Ant-v5", file: "ant.xml", rules: rules(frames: 5, hidden: 2, height: 2, 0.2..<1, noise: 0.1, forces: true)),
    Robot(
      id: "Humanoid-v5", file: "humanoid.xml",
      rules: rules(frames: 5, hidden: 2, height: 2, 1..<2, noise: 1e-2, forces: true, isHumanoid: true)),
  ]

  private static func rules(
    frames: Int32, hidden: Int32, height: Int32 = 0, _ heights: Range<Double> = -Double.infinity..<Double.infinity,
    angle: Double = .infinity, noise: Double, forces: Bool = false, isHumanoid: Bool = false
  ) -> reference_robot {
    reference_robot(
      frames: frames, hidden_positions: hidden, height_index: height, angle_index: 2, limit: 1000,
      low: heights.lowerBound, high: heights.upperBound, angle: angle, noise: noise, has_contact_forces: forces,
      is_humanoid: isHumanoid)
  }

  private func measure(
    _ robot: Robot
  ) throws -> (reference: Double, own: Double, ratio: Double, referenceEpisodes: Int, ownEpisodes: Int) {
    let library = try MuJoCoLibrary.load()
    var functions = library.functions
    var words = [CChar](repeating: 0, count: 1000)
    guard let model = functions.load(library.model(named: robot.file), &words, Int32(words.count)) else {
      throw ValidationError("MuJoCo does not read \(robot.file)")
    }
    let vector = try EnvironmentCatalogue.make(robot.id, count: environments)
    let (width, actuators) = (vector.specification.observationSpace.width, Int(functions.shape(model).actuators))
    guard case .box(_, let bounds) = vector.specification.actionSpace else { preconditionFailure() }
    var generator = PCG64(seed: 1)
    let rows = 64
    let actions: [[Float]] = (0..<rows).map { _ in
      (0..<environments * actuators).map { _ in Float(generator.uniform(-1, 1)) * bounds[0] }
    }
    let flat = actions.flatMap(\.self)

    let data = (0..<environments).map { _ in functions.make_data(model) }
    for one in data { functions.forward(model, one) }
    var elapsed = [Int32](repeating: 0, count: environments)
    var observations = [Float](repeating: 0, count: environments * width)
    var rewards = [Double](repeating: 0, count: environments)
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    var (referenceEpisodes, ownEpisodes) = (0, 0)
    var (reference, own, ratios): ([Double], [Double], [Double]) = ([], [], [])
    for round in 0...rounds {
      let first = timed {
        referenceEpisodes += Int(
          reference_robots(
            &functions, model, data, Int64(environments), Int64(steps), flat, Int64(rows), robot.rules,
            &elapsed,
            &observations, Int64(width), &rewards))
      }.cpuSeconds
      let second = timed {
        for step in 0..<steps {
          let row = actions[step % rows]
          vector.step(row.span, into: &batch)
          if batch.hasEnding { ownEpisodes += batch.endings.count { $0 != .none } }
        }
      }.cpuSeconds
      // The first round warms up.
      guard round > 0 else { continue }
      let played = Double(environments * steps)
      reference.append(played / first)
      own.append(played / second)
      ratios.append(first / second)
    }
    func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
    for one in data { functions.free_data(one) }
    functions.free_model(model)
    return (median(reference), median(own), median(ratios), referenceEpisodes, ownEpisodes)
  }
}
