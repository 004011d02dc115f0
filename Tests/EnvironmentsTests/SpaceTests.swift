import RLCore
import Testing

@Suite struct SpaceTests {
  @Test(
    arguments: [
      (.discrete(count: 3), [[0], [2]], [[-1], [3], [0.5], [.nan], [.infinity], [], [0, 0]]),
      (.discrete(count: 3, start: -1), [[-1], [1]], [[2], [-2]]),
      (
        .box(low: [-1, -.infinity], high: [1, .infinity]), [[-1, 1e30], [1, -.infinity]],
        [[1.5, 0], [.nan, 0], [0, .nan], [0]]
      ),
      (.multiDiscrete([2, 3]), [[1, 2], [0, 0]], [[2, 0], [0, 3], [0, -1], [0]]),
      (.multiBinary(2), [[0, 1], [1, 1]], [[2, 0], [0.5, 0], [0]]),
    ] as [(Space, [[Float]], [[Float]])])
  func membersAreTold(space: Space, members: [[Float]], others: [[Float]]) {
    func contains(_ numbers: [Float]) -> Bool { space.contains(numbers.span) }
    #expect(members.map(contains) == members.map { _ in true })
    #expect(members.allSatisfy { $0.count == space.width })
    #expect(others.map(contains) == others.map { _ in false })
  }

  @Test func spacesArePrintedAsGymnasiumDoes() {
    #expect("\(Space.discrete(count: 2))" == "Discrete(2)")
    #expect("\(Space.discrete(count: 3, start: -1))" == "Discrete(3, start=-1)")
    #expect("\(Space.multiBinary(4))" == "MultiBinary(4)")
    #expect("\(Space.multiDiscrete([2, 3]))" == "MultiDiscrete([2, 3])")
    #expect("\(Space.box(low: [-1], high: [.infinity]))" == "Box([-1.0], [inf])")
  }
}
