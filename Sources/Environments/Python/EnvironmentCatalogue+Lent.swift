import PythonEnvironments
import RLCore
import Synchronization

/// Environments that are objects of the program around this library: `object:module.Class`. What they look like stays known when
/// they can no longer be stepped.
extension EnvironmentCatalogue {
  private static let scheme = "object:"

  /// Makes a vector of `count` environments; nil where there are not so many, or none any more.
  package typealias Lender = @Sendable (_ count: Int) -> (any VectorEnvironment)?

  private struct Loan: Sendable {
    var specification: EnvironmentSpecification
    var lender: Lender?
  }

  private static let loans = Mutex<[String: Loan]>([:])

  /// Whether an id names an object of a program.
  package static func isLent(_ id: String) -> Bool { id.hasPrefix(scheme) }

  /// Makes an environment known by the id of its specification, in place of another that was lent by it. Without a lender it is
  /// only known what it looks like: its policies can be loaded. Throws where its id does not begin as those of objects do.
  package static func lend(_ specification: EnvironmentSpecification, by lender: Lender?) throws(EnvironmentError) {
    guard isLent(specification.id) else {
      throw EnvironmentError("the id of a lent environment begins with '\(scheme)', not '\(specification.id)'")
    }
    loans.withLock { loans in
      if lender == nil, loans[specification.id]?.lender != nil { return }
      loans[specification.id] = Loan(specification: specification, lender: lender)
    }
  }

  /// Throws where nobody lends it.
  static func lentSpecification(_ id: String) throws(EnvironmentError) -> EnvironmentSpecification {
    guard let loan = loans.withLock({ $0[id] }) else {
      throw EnvironmentError("\(id) was an object of a Python program, which alone can step it")
    }
    return loan.specification
  }

  static func lentVector(_ id: String, count: Int) throws(EnvironmentError) -> any VectorEnvironment {
    let specification = try lentSpecification(id)
    return loans.withLock { $0[id] }?.lender?(count) ?? AbsentVector(specification, count: count)
  }
}
