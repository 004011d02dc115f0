import Settings
import Yams

extension SearchSpace {
  /// The names that there are default spaces for: agents and models.
  package static var defaultNames: [String] { [] }

  /// What is searched of an agent or a model where nobody says; nil where there is none for it.
  package static func standard(for name: String, domains: [String: Domain]? = nil) throws(SearchSpaceError)
    -> SearchSpace?
  {
    nil
  }
}
