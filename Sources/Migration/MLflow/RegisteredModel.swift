/// A model under a name, and its versions in order.
package struct RegisteredModel: Codable, Sendable {
  package struct Version: Codable, Sendable {
    package var number: Int
    /// Milliseconds of Unix time.
    package var created: Int
    package var updated: Int
    package var source: String
    /// Where the artifacts are.
    package var storage: String?
    package var run: String?
    package var runLink: String?
    package var model: String?
    package var text: String?
    package var user: String?
    package var stage = "None"
    package var tags: [String: String] = [:]

    package init(
      number: Int, created: Int, updated: Int, source: String, storage: String? = nil, run: String? = nil,
      runLink: String? = nil, model: String? = nil, text: String? = nil, user: String? = nil,
      tags: [String: String] = [:]
    ) {
      (self.number, self.created, self.updated) = (number, created, updated)
      (self.source, self.storage, self.run, self.runLink, self.model) = (source, storage, run, runLink, model)
      (self.text, self.user, self.tags) = (text, user, tags)
    }
  }

  package var name: String
  package var created: Int
  package var updated: Int
  package var text: String?
  package var user: String?
  package var tags: [String: String] = [:]
  /// Version numbers by alias.
  package var aliases: [String: Int] = [:]
  package var versions: [Version] = []
  /// A number is given once, even where its version was deleted.
  package var lastNumber = 0

  package init(
    name: String, created: Int, updated: Int, text: String? = nil, user: String? = nil, tags: [String: String] = [:]
  ) {
    (self.name, self.created, self.updated) = (name, created, updated)
    (self.text, self.user, self.tags) = (text, user, tags)
  }

  /// The place of a version in `versions`; throws where there is none.
  package func place(of number: String) throws(RegistryError) -> Int {
    guard let wanted = Int(number) else { throw .notAVersion(number) }
    guard let place = versions.firstIndex(where: { $0.number == wanted }) else {
      throw .missingVersion(name, number)
    }
    return place
  }
}
