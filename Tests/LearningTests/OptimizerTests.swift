import BLASBridge
import Learning
import Testing

@Suite struct OptimizerTests {
  @Test func `Adam's first steps are those of the paper`() {
    let parameters = FloatBuffer(count: 2)
    parameters.elements = [1, -2]
    let adam = Adam(parameterCount: 2, epsilon: 1e-5)
    var (m, v, p) = ([0.0, 0.0], [0.0, 0.0], [1.0, -2.0])
    for t in 1...5 {
      let gradient: [Float] = [0.5 * Float(t), -0.1]
      adam.update(parameters.base, along: gradient, learningRate: 0.01, scale: 1)
      for i in 0..<2 {
        let g = Double(gradient[i])
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        var (c1, c2) = (1.0, 1.0)
        for _ in 0..<t { (c1, c2) = (c1 * 0.9, c2 * 0.999) }
        p[i] -= 0.01 * (m[i] / (1 - c1)) / ((v[i] / (1 - c2)).squareRoot() + 1e-5)
        #expect(abs(Double(parameters.base[i]) - p[i]) < 2e-6)
      }
    }
  }

  @Test func `Adam goes on from a checkpoint bit for bit`() throws {
    let (a, b) = (FloatBuffer(count: 3), FloatBuffer(count: 3))
    let first = Adam(parameterCount: 3)
    for t in 1...4 { first.update(a.base, along: [Float(t), -1, 0.5], learningRate: 0.1, scale: 1) }
    var checkpoint = Checkpoint()
    first.save(into: &checkpoint, as: "adam")
    b.elements = a.elements
    let second = Adam(parameterCount: 3)
    try second.load(from: Checkpoint(safetensors: checkpoint.safetensors()), as: "adam")
    first.update(a.base, along: [1, 2, 3], learningRate: 0.1, scale: 0.5)
    second.update(b.base, along: [1, 2, 3], learningRate: 0.1, scale: 0.5)
    #expect(a.elements == b.elements)
  }

  @Test func `AdamW shrinks the parameters apart from the gradient`() {
    let parameters = FloatBuffer(count: 1)
    parameters.base[0] = 2
    Adam(parameterCount: 1, weightDecay: 0.5).update(parameters.base, along: [0], learningRate: 0.1, scale: 1)
    #expect(abs(parameters.base[0] - 2 * (1 - 0.1 * 0.5)) < 1e-6)
  }

  @Test func `momentum and Nesterov's look-ahead, by hand`() {
    let parameters = FloatBuffer(count: 1)
    let plain = SGD(parameterCount: 1, momentum: 0.5)
    plain.update(parameters.base, along: [1], learningRate: 0.25, scale: 1)
    plain.update(parameters.base, along: [1], learningRate: 0.25, scale: 1)
    #expect(parameters.base[0] == -0.25 * (1 + 1.5))
    parameters.base[0] = 0
    let nesterov = SGD(parameterCount: 1, momentum: 0.5, usesNesterov: true)
    nesterov.update(parameters.base, along: [1], learningRate: 0.25, scale: 1)
    nesterov.update(parameters.base, along: [1], learningRate: 0.25, scale: 0.5)
    // v = 1, step 1.5; then g = 0.5, v = 1, step 1.
    #expect(parameters.base[0] == -0.25 * (1.5 + 1))
  }

  @Test func `both forms of RMSProp, by hand`() {
    let parameters = FloatBuffer(count: 1)
    RMSProp(parameterCount: 1, decay: 0.75, epsilon: 0.5).update(
      parameters.base, along: [2], learningRate: 1, scale: 1)
    // v = 0.25 · 4 = 1, step 2 / (1 + 0.5)
    #expect(abs(parameters.base[0] + 2 / 1.5) < 1e-6)
    parameters.base[0] = 0
    RMSProp(parameterCount: 1, decay: 0.75, epsilon: 0.25, form: .tensorFlow).update(
      parameters.base, along: [2], learningRate: 1, scale: 1)
    // v = 0.75 + 1, step 2 / √(1.75 + 0.25)
    #expect(abs(parameters.base[0] + 2 / Float(2).squareRoot()) < 1e-6)
  }

  @Test func `clipping shortens long gradients only`() {
    let long = globalNormClipping([3, 4], count: 2, maximum: 0.5)
    #expect(long.norm == 5)
    #expect(abs(long.scale - 0.1) < 1e-6)
    #expect(globalNormClipping([0.3, 0.4], count: 2, maximum: 1).scale == 1)
    #expect(globalNormClipping([0, 0], count: 2, maximum: 1).scale == 1)
  }

  @Test func `an updater clips, steps and says how long the gradient was`() {
    func step(maximumNorm: Double?) -> (norm: Double, parameters: [Float]) {
      let (parameters, gradient) = (FloatBuffer(count: 2), FloatBuffer(count: 2))
      gradient.elements = [3, 4]
      let updater = Updater(
        parameters, along: gradient, by: SGD(parameterCount: 2), maximumNorm: maximumNorm)
      return (updater.update(learningRate: 1), parameters.elements)
    }
    #expect(step(maximumNorm: nil).parameters == [-3, -4])
    #expect(step(maximumNorm: 10) == (5, [-3, -4]))
    let clipped = step(maximumNorm: 0.5)
    #expect(clipped.norm == 5)
    #expect(abs(clipped.parameters[0] + 0.3) < 1e-6 && abs(clipped.parameters[1] + 0.4) < 1e-6)
  }
}
