import Testing

@testable import Randomness

@Suite struct SeedSequenceTests {
  let goldens = NumPyGoldens.recorded

  @Test func statesAreNumPys() {
    #expect(goldens.sequences.count > 15)
    for golden in goldens.sequences {
      let key = golden.key.words.map { UInt32($0) }
      let root =
        golden.entropy.count == 1
        ? SeedSequence(golden.entropy.words[0]).entropy : golden.entropy.words.map { UInt32($0) }
      let sequence = SeedSequence(entropy: root, spawnKey: key)
      #expect(sequence.words(7).map(UInt64.init) == golden.words32.words)
      #expect(sequence.longWords(5) == golden.words64.words)
    }
  }

  @Test func spawnedChildrenAreNumPys() {
    for golden in goldens.spawned {
      let root = SeedSequence(UInt64(golden.seed)!)
      let children = (0..<5).map { root.child($0) } + (0..<2).map { root.child(4).child($0) }
      #expect(children.map { $0.longWords(3) } == golden.children.map(\.words))
    }
  }

  @Test func namedChildrenHaveTheStatedSpawnKey() {
    for golden in goldens.named {
      let child = SeedSequence(UInt64(golden.seed)!).child(named: golden.name)
      #expect(child.longWords(4) == golden.words64.words)
    }
  }

  @Test func namedChildrenDoNotMeetSpawnedOnes() {
    let root = SeedSequence(5)
    var states = Set((0..<100).map { root.child($0).longWords(2) })
    for name in ["", "a", "b", "ab", "network", "0"] {
      states.insert(root.child(named: name).longWords(2))
    }
    #expect(states.count == 106)
  }
}
