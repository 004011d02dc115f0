import Testing

@testable import Interchange
@testable import ONNX

@Suite struct ONNXGraphTests {
  private func read(_ graph: ONNXGraph) throws -> ReadModel { try #require(ReadModel(graph.model())) }

  @Test func `a file says its version, operators, producer and what else is known`() throws {
    let graph = ONNXGraph("double")
    graph.metadata = [("rlrun.run", "1a2b"), ("é", "")]
    let x = graph.input("x", .float32, [3])
    graph.output("y", graph.add("Add", x, x), .float32, [3])
    let model = try read(graph)
    #expect(model.numbers[1] == 8 && model.texts[2] == "rlrun")
    #expect(model.operatorSets == ["": 17, "ai.onnx.ml": 3])
    #expect(model.metadata == ["rlrun.run": "1a2b", "é": ""])
    #expect(model.graph.inputs.map(\.name) == ["x"] && model.graph.inputs[0].shape == ["batch", "3"])
    #expect(model.graph.outputs.map(\.name) == ["y"] && model.graph.outputs[0].type == 1)
    #expect(model.graph.nodes.map(\.type) == ["Add", "Identity"])
    #expect(model.graph.nodes[0].inputs == ["x", "x"] && model.graph.nodes[1].outputs == ["y"])
  }

  @Test func `the bytes are those that ONNX's own library writes`() throws {
    let graph = ONNXGraph("g")
    let x = graph.input("x", .float64)
    let y = graph.add("Cast", graph.add("Mul", x, graph.constant(2.0)), attributes: ["to": .integer(1)])
    graph.output("y", y, .float32)
    // Recorded by Tests/Goldens/onnx_graph.py.
    #expect(try graph.model() == recordedGraph)
  }

  @Test func `tensors keep their bits, and equal ones are one`() throws {
    let graph = ONNXGraph("g")
    let x = graph.input("x", .float64)
    let numbers = [0.1, -0.0, .nan, .infinity, .leastNonzeroMagnitude]
    let first = graph.constant(ONNXTensor(numbers))
    #expect(graph.constant(ONNXTensor(numbers)) == first)
    #expect(graph.constant(0.0) != graph.constant(-0.0))
    #expect(
      graph.constant(ONNXTensor([1.0, 2], shape: [2, 1])) != graph.constant(ONNXTensor([1.0, 2], shape: [1, 2])))
    let texts = graph.constant(ONNXTensor(["a", "", "é"]))
    graph.output("y", graph.add("Add", x, first), .float64, [5])
    let tensors = try read(graph).graph.tensors
    let found = try #require(tensors[first.name])
    #expect(found.shape == [5] && found.type == 11)
    #expect(found.bytes?.doubles.map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(tensors[texts.name]?.texts == ["a", "", "é"] && tensors.count == 6)
  }

  @Test func `columns may be called as anything`() throws {
    let graph = ONNXGraph("g")
    let inputs = ["/Add_0", "label", "", "/constant_0"].map { graph.input($0, .float64) }
    graph.output("label", graph.add("Add", inputs[0], graph.constant(1.0)), .float64)
    let read = try read(graph).graph
    #expect(read.outputs.map(\.name) == ["label_output"])
    let made = read.nodes.flatMap(\.outputs) + read.tensors.keys
    #expect(Set(made + graph.inputNames).count == made.count + 4)
  }

  @Test func `trees ask in double precision, and each leaf has its number`() throws {
    let graph = ONNXGraph("g")
    let x = graph.input("x", .float64, [2])
    let node = ONNXTree.Node(column: 1, threshold: 0.1, isMissingLeft: true, left: ~1, right: ~0)
    let trees = [ONNXTree(nodes: [node], leafCount: 2), ONNXTree(nodes: [], leafCount: 1)]
    let leaves = graph.leaves(of: x, by: trees)
    graph.output("y", graph.values(ofLeaves: leaves, of: trees, ONNXTensor([1.5, 2.5, 4])), .float64, [2])
    let read = try read(graph).graph
    let ensemble = try #require(read.nodes.first)
    #expect(ensemble.type == "TreeEnsembleRegressor" && ensemble.domain == "ai.onnx.ml")
    func integers(_ name: String) -> [UInt64] {
      guard var message = ensemble.attributes[name] else { return [] }
      var found: [UInt64] = []
      while let (number, value) = message.next() {
        if number == 8, case .varint(let value) = value { found.append(value) }
      }
      return found
    }
    #expect(integers("nodes_treeids") == [0, 0, 0, 1, 1, 1])
    #expect(integers("nodes_featureids") == [1, 0, 0, 0, 0, 0])
    // The second leaf is on the left; a tree without a question has one that makes no difference.
    #expect(integers("nodes_truenodeids") == [2, 0, 0, 1, 0, 0])
    #expect(integers("nodes_falsenodeids") == [1, 0, 0, 2, 0, 0])
    #expect(integers("nodes_missing_value_tracks_true") == [1, 0, 0, 0, 0, 0])
    func doubles(_ name: String) -> [Double]? {
      ensemble.attributes[name]?.firstMessage(5)?.firstMessage(9)?.doubles
    }
    #expect(doubles("nodes_values_as_tensor") == [0.1, 0, 0, 0, 0, 0])
    #expect(doubles("target_weights_as_tensor") == [0, 1, 0, 0])
  }

  @Test func `words are found however they are composed`() throws {
    let graph = ONNXGraph("g")
    let x = graph.input("x", .string)
    graph.output("y", graph.places(of: x, among: ["caf\u{e9}", "b"], missing: 2, unknown: 7), .int64)
    let node = try #require(try read(graph).graph.nodes.first)
    var (keys, values) = ([[UInt8]](), [UInt64]())
    for (name, number) in [("keys_strings", UInt64(9)), ("values_int64s", 8)] {
      var message = try #require(node.attributes[name])
      while let field = message.next() {
        if field.number != number { continue }
        if case .bytes(let text) = field.value { keys.append(Array(text.text.utf8)) }
        if case .varint(let value) = field.value { values.append(value) }
      }
    }
    #expect(node.type == "LabelEncoder" && keys.isEmpty == false)
    #expect(keys == ["caf\u{e9}", "cafe\u{301}", "b", ""].map { Array($0.utf8) } && values == [0, 0, 1, 2])
  }
}
