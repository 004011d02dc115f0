import RLCore

/// A space as Python is told of it.
struct SpaceDescription: Encodable {
  let space: Space

  init(_ space: Space) { self.space = space }

  private enum Keys: String, CodingKey { case kind, count, start, low, high, counts, spaces, keys }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    switch space {
    case .discrete(let count, let start):
      try values.encode("discrete", forKey: .kind)
      try values.encode(count, forKey: .count)
      try values.encode(start, forKey: .start)
    case .box(let low, let high):
      try values.encode("box", forKey: .kind)
      try values.encode(low, forKey: .low)
      try values.encode(high, forKey: .high)
    case .multiDiscrete(let counts):
      try values.encode("multiDiscrete", forKey: .kind)
      try values.encode(counts, forKey: .counts)
    case .multiBinary(let count):
      try values.encode("multiBinary", forKey: .kind)
      try values.encode(count, forKey: .count)
    case .tuple(let spaces):
      try values.encode("tuple", forKey: .kind)
      try values.encode(spaces.map(SpaceDescription.init), forKey: .spaces)
    case .dict(let keys, let spaces):
      try values.encode("dict", forKey: .kind)
      try values.encode(keys, forKey: .keys)
      try values.encode(spaces.map(SpaceDescription.init), forKey: .spaces)
    }
  }
}

/// What is fixed about an environment.
struct EnvironmentDescription: Encodable {
  var id: String
  var observations: SpaceDescription
  var actions: SpaceDescription
  var timeLimit: Int?
  var rewardThreshold: Double?
  var maskWidth: Int?

  init(_ specification: EnvironmentSpecification) {
    id = specification.id
    observations = SpaceDescription(specification.observationSpace)
    actions = SpaceDescription(specification.actionSpace)
    (timeLimit, rewardThreshold) = (specification.timeLimit, specification.rewardThreshold)
    maskWidth = specification.maskWidth
  }
}
