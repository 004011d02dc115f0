import Foundation
import Testing

@testable import Datasets

@Suite struct FoldTests {
  /// What `Tests/Goldens/pipelines.py` recorded of scikit-learn.
  struct Recorded: Decodable {
    struct Part: Decodable { var training: [Int], test: [Int] }
    var strata: [Int], groups: [Int]
    var plain: [String: [Part]], stratified: [String: [Part]], grouped: [String: [Part]], times: [String: [Part]]
  }

  @Test func `folds are those of scikit-learn`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/pipelines/folds.json")
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
    func expect(_ folds: Folds, _ parts: [Recorded.Part]) {
      #expect(folds.parts.map(\.training) == parts.map(\.training))
      #expect(folds.parts.map(\.test) == parts.map(\.test))
    }
    for (k, parts) in recorded.plain { expect(Folds(count: 23, k: Int(k)!), parts) }
    for (k, parts) in recorded.stratified { expect(Folds(strata: recorded.strata, k: Int(k)!), parts) }
    for (k, parts) in recorded.grouped { expect(Folds(groups: recorded.groups, k: Int(k)!), parts) }
    for (k, parts) in recorded.times { expect(Folds(times: (0..<23).map(Double.init), k: Int(k)!), parts) }
    #expect(recorded.plain.count == 3 && recorded.times.count == 3)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `seeded folds have the same sizes, test each row once and repeat`(seed: UInt64) {
    let strata = (0..<50).map { $0 % 7 % 3 }
    let groups = (0..<50).map { $0 * $0 % 11 }
    let pairs = [
      (Folds(count: 50, k: 4, seed: seed), Folds(count: 50, k: 4)),
      (Folds(strata: strata, k: 4, seed: seed), Folds(strata: strata, k: 4)),
    ]
    for (random, plain) in pairs {
      #expect(random.parts.map(\.test.count) == plain.parts.map(\.test.count))
      #expect(random.parts.flatMap(\.test).sorted() == Array(0..<50))
      #expect(random != plain)
    }
    #expect(Folds(strata: strata, k: 4, seed: seed) == Folds(strata: strata, k: 4, seed: seed))
    #expect(Folds(count: 50, k: 4, seed: seed) != Folds(count: 50, k: 4, seed: seed + 1))
    for (random, plain) in zip(pairs[1].0.parts, pairs[1].1.parts) {
      for stratum in 0..<3 {
        #expect(random.test.count { strata[$0] == stratum } == plain.test.count { strata[$0] == stratum })
      }
    }
    for part in Folds(groups: groups, k: 3, seed: seed).parts {
      #expect(Set(part.test.map { groups[$0] }).isDisjoint(with: part.training.map { groups[$0] }))
      #expect((part.test + part.training).sorted() == Array(0..<50))
    }
  }

  @Test func `a split by time has the last rows for the test`() {
    let split = Split(times: [5, 1, .nan, 3, 2, 4, 3, 0], validation: 0.3, test: 0.2)
    #expect(split.test == [0])
    #expect(split.validation == [5, 6])
    #expect(split.training == [1, 3, 4, 7])
    #expect(Split(times: [], validation: 0.3).training.isEmpty)
  }
}
