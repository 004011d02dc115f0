import Datasets
import Settings

/// Reads and writes entries as mappings of one key, their name.
enum EntryCoding {
  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// `noun`: the sort of entry, for sentences. Throws `DecodingError` for an unknown name and unknown fields, too.
  static func decode(
    _ decoder: any Decoder, among kinds: [any PlanEntry.Type], noun: String
  ) throws -> any PlanEntry {
    let container = try decoder.container(keyedBy: Key.self)
    func fail(_ problem: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
    guard let key = container.allKeys.first, container.allKeys.count == 1 else {
      throw fail("expected one \(noun), as '\(kinds[0].name): {…}', but there are \(container.allKeys.count) names")
    }
    guard let kind = kinds.first(where: { $0.name == key.stringValue }) else {
      let guess = didYouMean(key.stringValue, among: kinds.map { $0.name })
      throw fail("there is no \(noun) \(quoted(key.stringValue))\(guess ?? "")")
    }
    let fields = try container.nestedContainer(keyedBy: Key.self, forKey: key).allKeys.map(\.stringValue)
    if let unknown = fields.first(where: { !kind.fields.contains($0) }) {
      let guess = didYouMean(unknown, among: kind.fields) ?? "; it has \(kind.fields.joined(separator: ", "))"
      throw fail("\(kind.name) has no \(quoted(unknown))\(guess)")
    }
    func decoded<Kind: PlanEntry>(_ kind: Kind.Type) throws -> any PlanEntry {
      try container.decode(kind, forKey: key)
    }
    return try decoded(kind)
  }

  static func encode(_ entry: any PlanEntry, _ encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(entry, forKey: Key(stringValue: type(of: entry).name))
  }
}
