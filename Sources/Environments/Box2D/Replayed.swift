/// Something that lives in a physics engine, cannot be copied, and always does the same after the same inputs.
protocol Replayable: AnyObject {
  /// All that decides how it begins.
  associatedtype Start: Codable & Sendable
  init(_ start: Start)
  /// Takes one input, `[inputWidth]` numbers.
  func advance(_ input: Span<Double>)
  static var inputWidth: Int { get }
}

/// A replayable thing as a value: with all inputs it has had, from which a copy is made when it first goes its own way.
///
/// A copy that is only read costs nothing; one that is advanced plays its inputs again, some ten milliseconds for a
/// thousand. So are snapshots: what is saved is the start and the inputs.
struct Replayed<Thing: Replayable>: Codable {
  let start: Thing.Start
  /// One after another, `[T, inputWidth]`.
  private var inputs: [Double] = []
  private(set) var thing: Thing

  /// `expectedInputs`: how many there is room for without allocating.
  init(_ start: Thing.Start, expectedInputs: Int) {
    self.start = start
    thing = Thing(start)
    inputs.reserveCapacity(expectedInputs * Thing.inputWidth)
  }

  /// Traps on a wrong count.
  mutating func advance(_ input: Span<Double>) {
    precondition(input.count == Thing.inputWidth)
    if !isKnownUniquelyReferenced(&thing) { thing = Self.played(start, inputs) }
    for index in input.indices { inputs.append(input[index]) }
    thing.advance(input)
  }

  private static func played(_ start: Thing.Start, _ inputs: [Double]) -> Thing {
    let thing = Thing(start)
    for first in stride(from: 0, to: inputs.count, by: Thing.inputWidth) {
      thing.advance(inputs.span.extracting(first..<first + Thing.inputWidth))
    }
    return thing
  }

  private enum CodingKeys: CodingKey { case start, inputs }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    start = try container.decode(Thing.Start.self, forKey: .start)
    inputs = try container.decode([Double].self, forKey: .inputs)
    guard inputs.count.isMultiple(of: Thing.inputWidth) else {
      throw DecodingError.dataCorruptedError(
        forKey: .inputs, in: container, debugDescription: "not a multiple of \(Thing.inputWidth) numbers")
    }
    thing = Self.played(start, inputs)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(start, forKey: .start)
    try container.encode(inputs, forKey: .inputs)
  }
}

/// Unchecked: the thing is only changed by the one value that holds it.
extension Replayed: @unchecked Sendable {}
