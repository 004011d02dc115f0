/// Why a file could not be imported at all; its description is one sentence for the user.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public var description: String { "\(path): \(reason)" }
}
