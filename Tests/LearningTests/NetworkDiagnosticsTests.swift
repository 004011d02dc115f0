import BLASBridge
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

/// A network, its parameters and a gradient that a test sets, and a batch gone forward.
private struct Bench {
  let network: Network
  let parameters: FloatBuffer
  let gradient: FloatBuffer
  let workspace: Network.Workspace
  let sink = MemorySink(keeping: .latest)
  let rows: Int

  init(_ network: Network, rows: Int) {
    self.network = network
    self.rows = rows
    parameters = FloatBuffer(count: network.parameterCount)
    gradient = FloatBuffer(count: network.parameterCount)
    workspace = network.makeWorkspace(rows: rows)
  }

  func initialize(seed: UInt64) {
    var generator = CounterGenerator(SeedSequence(seed))
    network.initialize(parameters.base, using: &generator)
  }

  func forward(_ x: [Float]) { network.forward(x, rows: rows, parameters: parameters.base, in: workspace) }

  func record(with diagnostics: NetworkDiagnostics, update: (FloatBuffer) -> Void = { _ in }) {
    diagnostics.willUpdate(parameters.base)
    update(parameters)
    diagnostics.record(
      parameters: parameters.base, gradient: gradient.base, in: workspace, rows: rows, step: 0, to: sink)
  }
}

private func near(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
  abs((a ?? .infinity) - b) <= tolerance * max(1, abs(b))
}

@Suite struct NetworkDiagnosticsTests {
  @Test func `weights, gradient and update, by hand`() {
    // Weights 2 × 2, bias 2, gain 2, bias 2, weights 2 × 1, bias 1.
    let bench = Bench(Network([Dense(2, 2), LayerNorm(2), Dense(2, 1)]), rows: 16)
    bench.parameters.elements = [1, 2, 3, 4, 100, 100, 50, 50, 50, 50, 7, 7, 100]
    bench.gradient.elements = [0, 3, 0, 4, 9, 9, 9, 9, 9, 9, 0, 0, 9]
    bench.forward(Array(repeating: 0, count: 32))
    bench.record(with: NetworkDiagnostics(bench.network, name: "value")) { parameters in
      parameters.elements = [1, 2, 3, 5, 0, 0, 0, 0, 0, 0, 7, 7, 0]
    }
    let values = bench.sink.lastValues
    #expect(
      Set(values.keys.map(\.name)) == [
        "weights/value.0/norm", "weights/value.0/unit_spread", "gradients/value.0/norm", "updates/value.0/ratio",
        "weights/value.2/norm", "gradients/value.2/norm", "updates/value.2/ratio",
      ])
    #expect(near(values["weights/value.0/norm"], 39.0.squareRoot()))
    // From the mean unit's 1.5 and 4: 0.5, 0.5, 1 and 1.
    #expect(near(values["weights/value.0/unit_spread"], (2.5 / 39).squareRoot()))
    #expect(near(values["gradients/value.0/norm"], 5))
    #expect(near(values["updates/value.0/ratio"], 1 / 30.0.squareRoot()))
    #expect(values["gradients/value.2/norm"] == 0)
    #expect(values["updates/value.2/ratio"] == 0)
  }

  @Test func `activations, against a plain computation`() {
    let rows = 50
    let widths = [3, 7, 20, 5]
    for activation in [Activation.relu, .tanh, .sigmoid, .gelu] {
      let bench = Bench(Network(widths: widths, hidden: activation), rows: rows)
      bench.initialize(seed: 4)
      for i in 0..<bench.parameters.count { bench.parameters.base[i] *= 8 }
      bench.forward(normalMatrix(rows, 3, seed: 9).elements)
      bench.record(with: NetworkDiagnostics(bench.network))
      for layer in 0..<2 {
        let width = widths[layer + 1]
        let y = bench.workspace.activations(layer)
        let columns = (0..<width).map { unit in (0..<rows).map { Double(y[$0 * width + unit]) } }
        let variances = columns.map { column in
          let mean = column.reduce(0, +) / Double(rows)
          return column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
        }
        let dead = Double(columns.count { $0.allSatisfy { $0 == 0 } }) / Double(width)
        let slopes = columns.joined().map { activation == .tanh ? 1 - $0 * $0 : 4 * $0 * (1 - $0) }
        let saturated = Double(slopes.count { $0 < 0.01 }) / Double(rows * width)
        let values = bench.sink.lastValues
        let name = "activations/layers.\(layer)"
        #expect(near(values[Metric("\(name)/variance")], variances.reduce(0, +) / Double(width), 1e-5))
        #expect(values[Metric("\(name)/dead_fraction")] == (activation == .relu ? dead : nil))
        let saturates = activation == .tanh || activation == .sigmoid
        #expect(values[Metric("\(name)/saturated_fraction")] == (saturates ? saturated : nil))
        // The cases are told apart: some outputs are saturated, not all.
        #expect(!saturates || (saturated > 0 && saturated < 1))
      }
      #expect(!bench.sink.lastValues.keys.contains { $0.name.hasPrefix("activations/layers.2") })
    }
  }

  @Test func `dead units are counted, whatever the width`() {
    let bench = Bench(Network([Dense(1, 19, activation: .relu), Dense(19, 1)]), rows: 16)
    // Weights of 1; a bias of −10 makes the first 5 units dead for inputs up to 1.
    for unit in 0..<19 {
      bench.parameters.base[unit] = 1
      bench.parameters.base[19 + unit] = unit < 5 ? -10 : 0
    }
    bench.forward((0..<16).map { Float($0) / 15 })
    bench.record(with: NetworkDiagnostics(bench.network))
    #expect(bench.sink.last("activations/layers.0/dead_fraction") == 5.0 / 19)
  }

  @Test func `a batch that is too small says nothing of activations`() {
    let bench = Bench(
      Network(widths: [2, 4, 1], hidden: .relu), rows: NetworkDiagnostics.leastRows - 1)
    bench.initialize(seed: 1)
    bench.forward(Array(repeating: 1, count: 2 * bench.rows))
    bench.record(with: NetworkDiagnostics(bench.network))
    #expect(bench.sink.count == 7)
    #expect(!bench.sink.lastValues.keys.contains { $0.name.hasPrefix("activations/") })
  }

  @Test func `units that are alike have a spread of exactly zero, and an unmoved layer a ratio of zero`() {
    let bench = Bench(Network([Dense(3, 3, activation: .tanh), Dense(3, 2)]), rows: 16)
    for value: Float in [0, 0.1, 1e-20, 3e7] {
      bench.parameters.elements = Array(repeating: value, count: bench.parameters.count)
      bench.forward(normalMatrix(16, 3, seed: 2).elements)
      bench.record(with: NetworkDiagnostics(bench.network))
      #expect(bench.sink.last("weights/layers.0/unit_spread") == 0)
      #expect(bench.sink.last("updates/layers.0/ratio") == 0)
    }
  }

  @Test func `weights that leave zero have no ratio`() {
    let bench = Bench(Network([Dense(3, 2)]), rows: 16)
    bench.forward(normalMatrix(16, 3, seed: 2).elements)
    bench.record(with: NetworkDiagnostics(bench.network)) { $0.base[0] = 1 }
    #expect(bench.sink.last("updates/layers.0/ratio") == nil)
    #expect(bench.sink.last("weights/layers.0/norm") == 1)
  }

  @Test func `numbers that are not finite are recorded as such`() {
    let bench = Bench(Network(widths: [2, 4, 1], hidden: .tanh), rows: 16)
    bench.initialize(seed: 1)
    bench.forward(normalMatrix(16, 2, seed: 3).elements)
    bench.record(with: NetworkDiagnostics(bench.network)) { $0.base[0] = .nan }
    #expect(bench.sink.last("weights/layers.0/norm")?.isNaN == true)
    #expect(bench.sink.last("updates/layers.0/ratio")?.isNaN == true)
    #expect(bench.sink.last("weights/layers.1/norm")?.isFinite == true)
    bench.sink.clear()
    bench.record(with: NetworkDiagnostics(bench.network))
    #expect(bench.sink.last("updates/layers.0/ratio")?.isNaN == true)
  }

  @Test func `recording allocates nothing`() {
    let bench = Bench(Network(widths: [8, 32, 32, 3], hidden: .relu), rows: 64)
    bench.initialize(seed: 1)
    bench.forward(normalMatrix(64, 8, seed: 3).elements)
    let diagnostics = NetworkDiagnostics(bench.network)
    bench.record(with: diagnostics)
    let count = allocations { for _ in 0..<20 { bench.record(with: diagnostics) } }
    #expect(bench.sink.count == 21 * (3 * 4 + 2 * 2))
    #expect(count ?? 0 == 0)
  }
}
