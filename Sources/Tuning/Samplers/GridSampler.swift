import Settings

/// Every point of the space, one after the other.
struct GridSampler: Sampler {
  private let space: SearchSpace
  private let size: Int

  init(_ space: SearchSpace) throws(SearchSpaceError) {
    for parameter in space.parameters where parameter.range.count == nil {
      throw SearchSpaceError("a grid needs 'steps' for '\(parameter.name)', or a list of values")
    }
    guard let size = space.gridSize else {
      throw SearchSpaceError("the grid has more points than can be counted; give fewer values")
    }
    (self.space, self.size) = (space, size)
  }

  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]? {
    number >= 0 && number < size ? space.gridPoint(number) : nil
  }
}
