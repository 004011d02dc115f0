public struct PCG64: Sendable, Codable, Hashable {
  public init(seed: UInt64) {}
}
