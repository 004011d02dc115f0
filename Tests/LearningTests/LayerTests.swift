import BLASBridge
import Learning
import Randomness
import TestSupport
import Testing

@Suite struct LayerTests {
  /// Checks a network's gradients by parameters and inputs; every pass draws the same for dropout.
  private func check(_ network: Network, isTraining: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
    let parameters = FloatBuffer(count: network.parameterCount)
    var generator = CounterGenerator(SeedSequence(7))
    network.initialize(parameters.base, using: &generator)
    for index in 0..<parameters.count { parameters.base[index] += 0.1 * generator.normal() }
    let rows = 6
    let input = (0..<rows * network.inputWidth).map { _ in generator.normal() }
    let weights = (0..<rows * network.outputWidth).map { _ in generator.normal() }
    let workspace = network.makeWorkspace(rows: rows)

    func loss(_ input: [Float], _ parameters: [Float]) -> Double {
      var pass = Pass(isTraining: isTraining, generator: CounterGenerator(SeedSequence(9)))
      let outputs = network.forward(input, rows: rows, parameters: parameters, in: workspace, pass: &pass)
      return weights.indices.reduce(0) { $0 + Double(weights[$1]) * Double(outputs[$1]) }
    }

    let values = parameters.elements
    _ = loss(input, values)
    for index in weights.indices { workspace.outputGradient[index] = weights[index] }
    let gradient = FloatBuffer(count: values.count)
    let inputGradient = FloatBuffer(count: input.count)
    network.backward(
      input, rows: rows, parameters: values, in: workspace, gradient: gradient.base, into: inputGradient.base)
    let byParameters = gradientMismatch(gradient.elements, at: values) { loss(input, $0) }
    #expect(byParameters == nil, sourceLocation: sourceLocation)
    let byInputs = gradientMismatch(inputGradient.elements, at: input) { loss($0, values) }
    #expect(byInputs == nil, sourceLocation: sourceLocation)

    // The gradient by the inputs alone is the same.
    _ = loss(input, values)
    for index in weights.indices { workspace.outputGradient[index] = weights[index] }
    let alone = FloatBuffer(count: input.count)
    network.backward(input, rows: rows, parameters: values, in: workspace, gradient: nil, into: alone.base)
    #expect(alone.elements == inputGradient.elements, sourceLocation: sourceLocation)
  }

  // ReLU has a corner, which differences step over; its slope is checked by its own formula below.
  @Test(arguments: Activation.allCases.filter { $0 != .relu })
  func `a network's gradients agree with finite differences`(hidden: Activation) {
    check(Network(widths: [3, 5, 4, 2], hidden: hidden))
  }

  @Test func `layer normalisation and dropout too`() {
    check(Network([Dense(3, 6, activation: .tanh), LayerNorm(6), Dense(6, 2)]))
    check(Network([Dense(3, 6, activation: .tanh), Dropout(6, rate: 0.4), Dense(6, 2)]), isTraining: true)
    check(Network([LayerNorm(3), Dense(3, 2)]))
    check(Network([SoftClip(3, limit: 1.5), Dense(3, 2)]))
  }

  @Test func `ReLU passes what is positive, both ways`() {
    let network = Network([Dense(1, 2, activation: .relu)])
    let workspace = network.makeWorkspace(rows: 1)
    let outputs = network.forward([2], rows: 1, parameters: [3, -3, 0, 1], in: workspace)
    #expect((outputs[0], outputs[1]) == (6, 0))
    workspace.outputGradient[0] = 5
    workspace.outputGradient[1] = 7
    let gradient = FloatBuffer(count: 4)
    let dx = FloatBuffer(count: 1)
    network.backward([2], rows: 1, parameters: [3, -3, 0, 1], in: workspace, gradient: gradient.base, into: dx.base)
    #expect(gradient.elements == [10, 0, 5, 0])
    #expect(dx.base[0] == 15)
  }

  @Test func `a soft clip leaves small numbers alone, and keeps all others within its limit`() {
    let network = Network([SoftClip(5, limit: 3)])
    let workspace = network.makeWorkspace(rows: 1)
    let outputs = network.forward([0.01, -3, 4, 1e30, -.infinity], rows: 1, parameters: [], in: workspace)
    #expect(abs(outputs[0] - 0.01) < 1e-6)
    #expect(abs(outputs[1] + 3 / Float(2).squareRoot()) < 1e-6)
    #expect(abs(outputs[2] - 2.4) < 1e-6)
    #expect((outputs[3], outputs[4]) == (3, -3))
  }

  @Test func `dropout drops its share in training and nothing else`() {
    let layer = Dropout(1_000, rate: 0.3)
    let network = Network([layer])
    let workspace = network.makeWorkspace(rows: 10)
    let ones = Array(repeating: Float(1), count: 10_000)
    var pass = Pass(isTraining: true, generator: CounterGenerator(SeedSequence(1)))
    let outputs = network.forward(ones, rows: 10, parameters: [], in: workspace, pass: &pass)
    let kept = (0..<10_000).filter { outputs[$0] != 0 }
    #expect(kept.allSatisfy { outputs[$0] == 1 / (1 - 0.3) })
    #expect(abs(kept.count - 7_000) < 230)
    let whole = network.forward(ones, rows: 10, parameters: [], in: workspace)
    #expect((0..<10_000).allSatisfy { whole[$0] == 1 })
  }

  @Test func `the gradient check sees a wrong gradient`() {
    #expect(gradientMismatch([2, 1], at: [1, 1]) { Double($0[0] * $0[0] + $0[1]) } == nil)
    #expect(gradientMismatch([2.1, 1], at: [1, 1]) { Double($0[0] * $0[0] + $0[1]) } != nil)
  }

  @Test func `a forward pass is what the formula says`() {
    let network = Network(widths: [2, 2, 1], hidden: .identity)
    // W1 = [[1, 2], [3, 4]], b1 = [0.5, -0.5], W2 = [[10], [100]], b2 = [1]
    let parameters: [Float] = [1, 2, 3, 4, 0.5, -0.5, 10, 100, 1]
    let workspace = network.makeWorkspace(rows: 2)
    let outputs = network.forward([1, 0, 0, 1], rows: 2, parameters: parameters, in: workspace)
    #expect(outputs[0] == 10 * 1.5 + 100 * 1.5 + 1)
    #expect(outputs[1] == 10 * 3.5 + 100 * 3.5 + 1)
  }

  @Test(arguments: [
    (Initializer.kaimingNormal, Float(2.0 / 200)), (.kaimingUniform, 2.0 / 200), (.xavierNormal, 2.0 / 300),
    (.xavierUniform, 2.0 / 300),
  ])
  func `initial weights have their variance`(initializer: Initializer, variance: Float) {
    let layer = Dense(200, 100, initializer: initializer)
    let parameters = FloatBuffer(count: layer.parameterCount)
    var generator = CounterGenerator(SeedSequence(1))
    layer.initialize(parameters.base, using: &generator)
    let weights = parameters.elements[..<20_000]
    let mean = weights.reduce(0, +) / 20_000
    let spread = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 4 * (variance / 20_000).squareRoot())
    #expect(abs(spread / variance - 1) < 0.05)
    #expect(parameters.elements[20_000...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [(4, 64), (64, 64), (64, 2), (260, 270), (270, 257)])
  func `orthogonal weights are orthonormal times the gain`(rows: Int, columns: Int) {
    let layer = Dense(rows, columns, initializer: .orthogonal(gain: 2))
    let parameters = FloatBuffer(count: layer.parameterCount)
    var generator = CounterGenerator(SeedSequence(1))
    layer.initialize(parameters.base, using: &generator)
    let w = parameters.elements
    let vectors: [[Float]] =
      rows <= columns
      ? (0..<rows).map { row in (0..<columns).map { w[row * columns + $0] } }
      : (0..<columns).map { column in (0..<rows).map { w[$0 * columns + column] } }
    for i in vectors.indices {
      for j in vectors.indices {
        let product = zip(vectors[i], vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 4 : 0)) < 1e-4)
      }
    }
    #expect(w[(rows * columns)...].allSatisfy { $0 == 0 })
  }
}
