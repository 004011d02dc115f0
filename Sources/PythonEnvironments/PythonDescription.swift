import Formats
import Foundation
import RLCore

/// What a worker says of an environment before any is stepped.
package struct PythonDescription: Sendable, Decodable {
  /// Gymnasium's limit of the id.
  package let limit: Int?
  package let threshold: Double?
  /// Flags of an action mask; nil where the environment gives none.
  let masks: Int?
  /// The first line of its class's documentation.
  package let text: String
  let observations: PythonSpace
  let actions: PythonSpace
  package let origin: Origin
  /// Why a resumed training cannot go on in the middle of an episode; nil where it can.
  package let restores: String?
  package let arguments: [Argument]

  /// A keyword argument of what makes it.
  package struct Argument: Sendable, Decodable {
    package let name: String
    /// As Python writes it; empty where it has to be given.
    package let `default`: String
    /// Its annotation, or the type of its default; empty where there is neither.
    package let kind: String
  }

  /// What its results depend on, beside its name.
  package struct Origin: Sendable, Decodable {
    package let versions: [String: String]
    package let module: String
    /// Of the module's file.
    package let sha256: String?
    package let executable: String

    /// `gymnasium 1.4.0, numpy 2.4.6, python 3.11.7`
    package var packages: String {
      versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
  }

  /// Throws `PythonError` for spaces that columns of numbers cannot hold.
  func specification(id: String, timeLimit: Int?) throws(PythonError) -> EnvironmentSpecification {
    var specification = EnvironmentSpecification(
      id: id, observationSpace: try observations.space(of: id, "observations"),
      actionSpace: try actions.space(of: id, "actions"), timeLimit: timeLimit ?? limit, rewardThreshold: threshold,
      masksActions: masks != nil)
    specification.bytesPerCopy = 100_000 + 8 * specification.observationSpace.width
    if let flaw = specification.flaw { throw PythonError("\(id): \(flaw)", status: .badUsage) }
    if let masks, masks != specification.maskWidth {
      throw PythonError(
        "\(id): its action_mask has \(masks) flags, and its actions need \(specification.maskWidth ?? 0)")
    }
    return specification
  }
}

/// A space of Gymnasium's as a worker describes it.
indirect enum PythonSpace: Sendable, Decodable {
  case leaf(Space, isBytes: Bool)
  case tuple([PythonSpace])
  case dict([String], [PythonSpace])
  /// What cannot be held in columns, in words.
  case refused(String)

  /// A single Box of bytes, which travels as bytes.
  var isBytes: Bool { if case .leaf(_, let isBytes) = self { isBytes } else { false } }

  private enum Keys: String, CodingKey { case kind, count, start, low, high, shape, bytes, counts, spaces, keys }

  /// Integers up to here are exact in a column.
  private static let mostValues = 1 << 24
  private static let mostComponents = 1 << 26

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    switch try values.decode(String.self, forKey: .kind) {
    case "discrete":
      let (count, start) = (try values.decode(Int.self, forKey: .count), try values.decode(Int.self, forKey: .start))
      let isExact = count <= Self.mostValues && abs(start) <= Self.mostValues
      self = isExact ? .leaf(.discrete(count: count, start: start), isBytes: false) : .refused("Discrete(\(count))")
    case "box":
      let width = try values.decode([Int].self, forKey: .shape).reduce(1) {
        let (product, overflows) = $0.multipliedReportingOverflow(by: $1)
        return overflows ? .max : product
      }
      guard width <= Self.mostComponents else {
        self = .refused("a Box of \(width) components")
        return
      }
      func bounds(_ key: Keys) throws -> [Float] {
        let given = try values.decode([Double].self, forKey: key).map { Float($0) }
        return given.count == 1 ? Array(repeating: given[0], count: width) : given
      }
      self = .leaf(
        .box(low: try bounds(.low), high: try bounds(.high)), isBytes: try values.decode(Bool.self, forKey: .bytes))
    case "multiDiscrete":
      let counts = try values.decode([Int].self, forKey: .counts)
      let largest = counts.max() ?? 0
      self =
        largest <= Self.mostValues
        ? .leaf(.multiDiscrete(counts), isBytes: false) : .refused("MultiDiscrete with \(largest) values")
    case "multiBinary": self = .leaf(.multiBinary(try values.decode(Int.self, forKey: .count)), isBytes: false)
    case "tuple": self = .tuple(try values.decode([PythonSpace].self, forKey: .spaces))
    default:
      self = .dict(
        try values.decode([String].self, forKey: .keys), try values.decode([PythonSpace].self, forKey: .spaces))
    }
  }

  func space(of id: String, _ role: String) throws(PythonError) -> Space {
    func all(_ spaces: [PythonSpace]) throws(PythonError) -> [Space] {
      var result: [Space] = []
      for space in spaces { result.append(try space.space(of: id, role)) }
      return result
    }
    switch self {
    case .leaf(let space, _): return space
    case .tuple(let spaces): return .tuple(try all(spaces))
    case .dict(let keys, let spaces): return .dict(keys: keys, spaces: try all(spaces))
    case .refused(let name):
      throw PythonError("\(id): its \(role) are \(name), more than rlrun can hold exactly", status: .badUsage)
    }
  }
}
