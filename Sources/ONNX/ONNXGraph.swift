/// A computation in the making: values go in, operators make values of values, some go out.
///
///     let graph = ONNXGraph("double")
///     let x = graph.input("x", .float32, [3])
///     graph.output("y", graph.add("Add", x, x), .float32, [3])
///     let bytes = try graph.model()
///
/// Shapes are those of one row: the first axis of inputs and outputs is the batch, of any size.
package final class ONNXGraph: @unchecked Sendable {
  struct Place: Sendable {
    var name: String
    var type: ONNXType
    var shape: [Int]
    var hasBatch: Bool
  }

  struct Node: Sendable {
    var name: String
    var type: String
    var domain: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [(name: String, value: ONNXAttribute)]
  }

  /// The operators' sets that models are written in: those of ONNX 1.12 (June 2022).
  package static let operatorSet = 17
  package static let machineLearningSet = 3
  static let machineLearning = "ai.onnx.ml"

  let name: String
  /// Read by whoever loads the model.
  package var metadata: [(key: String, value: String)] = []
  package var documentation = ""
  private(set) var inputs: [Place] = []
  private(set) var outputs: [Place] = []
  private(set) var nodes: [Node] = []
  private(set) var tensors: [(name: String, tensor: ONNXTensor)] = []
  /// The graph around this one, whose names it must not take.
  private let outer: ONNXGraph?
  private var taken: Set<String> = []
  private var counts: [String: Int] = [:]
  private var known: [ONNXTensor: ONNXValue] = [:]

  package init(_ name: String, in outer: ONNXGraph? = nil) { (self.name, self.outer) = (name, outer) }

  package var inputNames: [String] { inputs.map(\.name) }
  package var outputNames: [String] { outputs.map(\.name) }

  /// A value that is given. Traps where there is one of that name.
  package func input(_ name: String, _ type: ONNXType, _ shape: [Int] = [], hasBatch: Bool = true) -> ONNXValue {
    precondition(taken.insert(name).inserted, "there are two inputs '\(name)'")
    inputs.append(Place(name: name, type: type, shape: shape, hasBatch: hasBatch))
    return ONNXValue(name: name)
  }

  /// Makes a value known by a name, after which comes `_output` where an input has it.
  package func output(_ name: String, _ value: ONNXValue, _ type: ONNXType, _ shape: [Int] = [], hasBatch: Bool = true)
  {
    var own = name
    while !taken.insert(own).inserted { own += "_output" }
    nodes.append(
      Node(name: own, type: "Identity", domain: "", inputs: [value.name], outputs: [own], attributes: []))
    outputs.append(Place(name: own, type: type, shape: shape, hasBatch: hasBatch))
  }

  /// A tensor of the graph's own; equal ones are one.
  package func constant(_ tensor: ONNXTensor) -> ONNXValue {
    if let value = known[tensor] { return value }
    let value = ONNXValue(name: fresh("constant"))
    tensors.append((value.name, tensor))
    known[tensor] = value
    return value
  }

  /// What an operator makes of values. `name` is what errors of whoever runs the graph call it.
  package func add(
    _ type: String, _ inputs: ONNXValue..., name: String? = nil, domain: String = "",
    attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) -> ONNXValue {
    add(type, inputs, outputs: 1, name: name, domain: domain, attributes: attributes)[0]
  }

  package func add(
    _ type: String, _ inputs: [ONNXValue], outputs: Int, name: String? = nil, domain: String = "",
    attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) -> [ONNXValue] {
    let made = (0..<outputs).map { _ in ONNXValue(name: fresh(type)) }
    nodes.append(
      Node(
        name: name ?? made[0].name, type: type, domain: domain, inputs: inputs.map(\.name), outputs: made.map(\.name),
        attributes: attributes.map { ($0.key, $0.value) }))
    return made
  }

  /// The names of inputs and of what is made must differ, whatever columns are called.
  func fresh(_ type: String) -> String {
    if let outer { return outer.fresh(type) }
    while true {
      let count = counts[type, default: 0]
      counts[type] = count + 1
      let name = "/\(type)_\(count)"
      if taken.insert(name).inserted { return name }
    }
  }
}
