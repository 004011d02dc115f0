import Foundation
import Testing

@Suite struct PlayCommandTests {
  @Test(arguments: [
    (["play", "CartPole-v2"], "there is no environment 'CartPole-v2'; did you mean 'CartPole-v"),
    (["play"], "name an environment, or a run with --run"),
    (["play", "CartPole-v1", "--episodes", "0"], "--episodes takes a whole number ≥ 1, not 0"),
    (["play", "CartPole-v1", "--run", "latest", "--random"], "use a run or --random, not both"),
    (["play", "CartPole-v1", "--run", "latest"], "there is no run store at runs"),
    (["play", "CartPole-v1", "--format", "png"], "The value 'png' is invalid for '--format"),
    (
      ["play", "CartPole-v1", "-o", "a.png"],
      "play writes .svg and .gif, not .png: end 'a.png' so, or use --format svg|gif"
    ),
    (["play", "CartPole-v1", "-o", "a.svg", "--format", "gif"], "--format gif does not fit --output a.svg"),
    (["play", "CartPole-v1", "-o", "a.svg", "--format", "terminal"], "--format terminal writes no file"),
  ])
  func `what is not understood is one sentence and status 2`(arguments: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func `a file that cannot be written is said at once, status 1`() throws {
    let result = try Workplace().rlrun("play", "CartPole-v1", "--random", "-o", "missing/a.svg")
    #expect(result.status == 1)
    #expect(result.errors == "rlrun: could not write missing/a.svg: No such file or directory\n")
  }

  @Test func `a run plays in its own world and not in another`() throws {
    let workplace = try Workplace()
    let trained = try workplace.rlrun(
      "train", "FrozenLake-v1:is_slippery=false", "--agent", "value_iteration", "--experiment", "ice")
    #expect(trained.status == 0, "\(trained.errors)")
    let played = try workplace.rlrun("play", "--run", "latest", "--episodes", "2")
    #expect(played.status == 0, "\(played.errors)")
    #expect(played.output.contains("FrozenLake-v1:is_slippery=false, value_iteration of run "))
    // The shortest way over the ice takes six steps.
    #expect(played.output.contains("episode 2 of 2   step 6   return 1   action right   terminated"))
    let slippery = try workplace.rlrun("play", "FrozenLake-v1:success_rate=1", "--run", "latest")
    #expect(slippery.output.contains("step 6   return 1"))
    let other = try workplace.rlrun("play", "CartPole-v1", "--run", "latest")
    #expect(other.status == 2)
    #expect(
      other.errors.contains("was trained in FrozenLake-v1:is_slippery=false, so its policy cannot play CartPole-v1"))
    let larger = try workplace.rlrun("play", "FrozenLake-v1:map_name=8x8", "--run", "latest")
    #expect(larger.status == 2)
    #expect(larger.errors.contains("whose observations or actions differ from those of FrozenLake-v1:map_name=8x8"))
  }

  @Test(arguments: [("svg", "<svg "), ("gif", "GIF89a")])
  func `a film is written under the world's name, and the same again for the same seed`(
    format: String, start: String
  ) throws {
    let workplace = try Workplace()
    func play(_ seed: String) throws -> Data {
      let result = try workplace.rlrun("play", "CartPole-v1", "--random", "--format", format, "--seed", seed)
      #expect(result.status == 0 && result.output.isEmpty)
      #expect(result.errors.contains("wrote CartPole-v1.\(format): "))
      return try Data(contentsOf: workplace.folder.appendingPathComponent("CartPole-v1.\(format)"))
    }
    let first = try play("1")
    #expect(first.starts(with: start.utf8))
    #expect(try play("1") == first)
    #expect(try play("2") != first)
  }

  @Test func `a pipe gets the ends of episodes, without colours`() throws {
    let result = try Workplace().rlrun("play", "CliffWalking-v1", "--episodes", "1", "--seed", "3")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("CliffWalking-v1, random actions, seed 3\n"))
    #expect(!result.output.contains("\u{1B}") && result.output.contains("terminated"))
    #expect(result.errors == "rlrun: random actions; --run RUN lets a policy play\n")
  }

  @Test func `Ctrl-C ends with status 130 and leaves no file`() throws {
    let workplace = try Workplace()
    // As many long episodes as a film may have: far more than there is time for.
    let (process, output, errors) = try workplace.start(
      "rlrun", ["play", "BipedalWalker-v3", "--random", "--episodes", "1000", "-o", "long.svg"])
    let folder = workplace.folder
    // The file under its working name says that the program is at work and takes signals.
    while process.isRunning, try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty { usleep(1000) }
    process.interrupt()
    let result = Workplace.finish(process, output, errors)
    #expect(result.status == 130)
    #expect(result.errors.contains("interrupted after "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
