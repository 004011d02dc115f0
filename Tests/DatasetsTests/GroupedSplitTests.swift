import Randomness
import Testing

@testable import Datasets

@Suite struct GroupedSplitTests {
  @Test(arguments: [UInt64(0), 1, 2, 3])
  func `rows of a group are never parted, and shares are kept`(seed: UInt64) {
    var generator = CounterGenerator(SeedSequence(seed))
    let groups = (0..<1_000).map { _ in Int(generator.integer(below: 100)) }
    let split = Split(groups: groups, validation: 0.2, test: 0.1, seed: seed)
    let parts = [split.training, split.validation, split.test].map { Set($0.map { groups[$0] }) }
    #expect(
      parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]) && parts[1].isDisjoint(with: parts[2]))
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<1_000))
    // A group has ten rows on average.
    #expect(abs(split.validation.count - 200) <= 10 && abs(split.test.count - 100) <= 10)
    #expect(split == Split(groups: groups, validation: 0.2, test: 0.1, seed: seed))
    #expect(split != Split(groups: groups, validation: 0.2, test: 0.1, seed: seed + 1))
  }

  @Test func `one large group goes where it fits best`() {
    let groups = [Int](repeating: 0, count: 90) + (1...10).map { $0 }
    let split = Split(groups: groups, validation: 0.1, seed: 1)
    #expect(split.validation == Array(90..<100) && split.training == Array(0..<90))
    #expect(Split(groups: groups, validation: 0, seed: 1).training.count == 100)
    #expect(Split(groups: [], validation: 0.2, seed: 1).training.isEmpty)
  }
}
