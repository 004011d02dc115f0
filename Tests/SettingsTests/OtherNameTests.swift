import Testing

@testable import Settings

@Suite struct OtherNameTests {
  private struct Owner: Configurable {
    var leaves = 31
    static let hyperparameters: [Hyperparameter<Owner>] = [
      .integer("num_leaves", \.leaves, .atLeast(2), "leaves").also("max_leaf_nodes", "num_leaf")
    ]
  }

  private func problem(_ values: [String: HyperparameterValue]) -> String {
    do throws(HyperparameterError) {
      _ = try Owner(values)
      return ""
    } catch { return error.description }
  }

  @Test func `a value may be given by another name, and is recorded by the first`() throws {
    #expect(try Owner(["max_leaf_nodes": .integer(7)]).values == ["num_leaves": .integer(7)])
    #expect(
      problem(["num_leaves": .integer(3), "num_leaf": .integer(4)])
        == "'num_leaves' and 'num_leaf' are the same hyperparameter: give one of them")
  }

  @Test func `the first name is suggested before another`() {
    #expect(problem(["num_leafs": .integer(3)]).contains("did you mean 'num_leaves'?"))
    #expect(problem(["max_leaf_node": .integer(3)]).contains("did you mean 'max_leaf_nodes'?"))
    #expect(problem(["depth": .integer(3)]).hasSuffix("; there are num_leaves"))
  }
}
