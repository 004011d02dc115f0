import Foundation
import RLCore
import Testing

@testable import Environments

@Suite struct TraceTests {
  /// Every recorded episode of Gymnasium's, read back from the text.
  @Test(arguments: GymnasiumGoldens.recorded.episodes.indices)
  func tracesAreGymnasiumsEpisodes(_ index: Int) throws {
    let golden = GymnasiumGoldens.recorded.episodes[index]
    let actions = golden.actions.map { "\($0)" }.joined(separator: "\n")
    let csv = try Trace.csv(golden.world, seed: golden.seedNumber, actions: actions, source: "actions.txt")
    var rows = csv.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.removeFirst() == "step,obs_0,obs_1,obs_2,obs_3,reward,terminated,truncated")
    #expect(rows.removeLast() == "")
    #expect(rows.count == golden.observations.count)

    let endings = golden.endingValues
    var step = 0
    var startsAnEpisode = true
    for (row, observation) in zip(rows, golden.observations) {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 8)
      if !startsAnEpisode { step += 1 }
      #expect(fields[0] == "\(step)")
      #expect(digits(fields[1...4].map { Float($0)! }) == observation)
      // The text is exact as a double too, and in the shortest form of it.
      #expect(fields[1...4].allSatisfy { Double($0)! == Double(Float($0)!) })
      if startsAnEpisode {
        #expect(fields[5...] == ["", "", ""])
        startsAnEpisode = false
      } else {
        #expect(Double(fields[5]) == golden.rewards[step - 1])
        #expect(fields[6] == (endings[step - 1] == .terminated ? "1" : "0"))
        #expect(fields[7] == (endings[step - 1] == .truncated ? "1" : "0"))
        startsAnEpisode = endings[step - 1] != .none
      }
    }
  }

  @Test func anEndingIsFollowedByTheNextFirstObservation() throws {
    let csv = try Trace.csv("Probe-DelayedReward-v0", seed: 3, actions: "0\r\n1\r\n 0 \r\n", source: "actions.txt")
    #expect(
      csv == """
        step,obs_0,reward,terminated,truncated
        0,0,,,
        1,1,0,0,0
        2,1,1,1,1
        2,0,,,
        3,1,0,0,0

        """)
  }

  @Test func noActionsGiveTheFirstObservation() throws {
    #expect(
      try Trace.csv("Probe-DelayedReward-v0", seed: 3, actions: "\n", source: "a").hasSuffix("truncated\n0,0,,,\n"))
  }

  @Test(arguments: [
    ("0\n1\nx\n", "a.txt, line 3: 'x' is not a number"),
    ("0\n\n1\n", "a.txt, line 2: there is no action in this line"),
    ("0\n1,1\n", "a.txt, line 2: an action of CartPole-v1 has the width 1, not 2"),
    ("2\n", "a.txt, line 1: 2 is not an action of CartPole-v1"),
    ("0.5\n", "a.txt, line 1: 0.5 is not an action of CartPole-v1"),
    ("nan\n", "a.txt, line 1: nan is not an action of CartPole-v1"),
    ("0\n1,\n", "a.txt, line 2: '' is not a number"),
  ])
  func badActionsAreNamedByTheirLine(actions: String, sentence: String) {
    #expect(throws: EnvironmentError(sentence)) {
      try Trace.csv("CartPole-v1", seed: 0, actions: actions, source: "a.txt")
    }
  }
}
