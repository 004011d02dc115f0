import CKernels
import RLCore

/// Sine and cosine of an angle below 1.6e6, with the very bits that the loops over batches compute.
func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
  var (angle, sine, cosine) = (angle, 0.0, 0.0)
  rl_sine_cosine_double(&angle, &sine, &cosine, 1)
  return (sine, cosine)
}

extension CartPole: NumberEnvironment {
  func step(_ rows: NumberRows) {
    rl_cart_pole(
      rows.numbers, rows.stride, rows.actions, rows.observations, rows.rewards, rows.endings, rows.count,
      suttonBartoReward ? 0 : 1, suttonBartoReward ? -1 : 1)
  }
}

extension CartPole.State: NumberState {
  static var numberCount: Int { 4 }
  var numbers: SIMD8<Double> { [position, velocity, angle, angularVelocity, 0, 0, 0, 0] }
  init(numbers: SIMD8<Double>) {
    self.init(position: numbers[0], velocity: numbers[1], angle: numbers[2], angularVelocity: numbers[3])
  }
}

extension MountainCar: NumberEnvironment {
  func step(_ rows: NumberRows) {
    rl_mountain_car(
      rows.numbers, rows.stride, rows.actions, rows.observations, rows.rewards, rows.endings, rows.count,
      goalVelocity)
  }
}

extension MountainCar.State: NumberState {
  static var numberCount: Int { 2 }
  var numbers: SIMD8<Double> { [position, velocity, 0, 0, 0, 0, 0, 0] }
  init(numbers: SIMD8<Double>) { self.init(position: numbers[0], velocity: numbers[1]) }
}

extension MountainCarContinuous: NumberEnvironment {
  func step(_ rows: NumberRows) {
    rl_mountain_car_continuous(
      rows.numbers, rows.stride, rows.actions, rows.observations, rows.rewards, rows.endings, rows.count,
      goalVelocity)
  }
}

extension MountainCarContinuous.State: NumberState {
  static var numberCount: Int { 3 }
  var numbers: SIMD8<Double> { [position, velocity, isFirst ? 1 : 0, 0, 0, 0, 0, 0] }
  init(numbers: SIMD8<Double>) {
    self.init(position: numbers[0], velocity: numbers[1], isFirst: numbers[2] != 0)
  }
}

extension Acrobot: NumberEnvironment {
  func step(_ rows: NumberRows) {
    rl_acrobot(
      rows.numbers, rows.stride, rows.actions, rows.observations, rows.rewards, rows.endings, rows.count)
  }
}

extension Acrobot.State: NumberState {
  static var numberCount: Int { 5 }
  var numbers: SIMD8<Double> { [angle1, angle2, velocity1, velocity2, isFirst ? 1 : 0, 0, 0, 0] }
  init(numbers: SIMD8<Double>) {
    self.init(
      angle1: numbers[0], angle2: numbers[1], velocity1: numbers[2], velocity2: numbers[3], isFirst: numbers[4] != 0)
  }
}

extension Pendulum: NumberEnvironment {
  func step(_ rows: NumberRows) {
    rl_pendulum(
      rows.numbers, rows.stride, rows.actions, rows.observations, rows.rewards, rows.endings, rows.count, gravity)
  }
}

/// The angle's sine is kept beside it: the observation needs it, and so does the next step.
extension Pendulum.State: NumberState {
  static var numberCount: Int { 3 }
  var numbers: SIMD8<Double> { [angle, angularVelocity, sineAndCosine(angle).sine, 0, 0, 0, 0, 0] }
  init(numbers: SIMD8<Double>) { self.init(angle: numbers[0], angularVelocity: numbers[1]) }
}
