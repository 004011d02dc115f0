import Learning
import Telemetry
import Testing

@testable import Settings

private struct Owner {
  var rate = Schedule.constant(0.1)
  var range: Schedule? = nil
}

private let rate = Hyperparameter<Owner>.schedule("rate", \.rate, .positive, "a rate")
private let range = Hyperparameter<Owner>.optionalSchedule("range", \.range, .nonNegative, "a range")

private func parsed(_ text: String) throws -> Schedule {
  var owner = Owner()
  try rate.set(&owner, .text(text))
  return owner.rate
}

@Suite struct ScheduleTests {
  @Test(arguments: [
    (Schedule.constant(0.2), [0.2, 0.2, 0.2, 0.2, 0.2]),
    (.linear(0.2), [0.2, 0.15, 0.1, 0.05, 0]),
    // (1 + cos 45°) / 2 = 0.853553
    (.cosine(2), [2, 1.7071068, 1, 0.2928932, 0]),
    (.warmup(fraction: 0.5, then: .linear(8)), [0, 4, 8, 4, 0]),
    (.warmup(fraction: 0.25, then: .constant(8)), [0, 8, 8, 8, 8]),
    (.steps([.init(at: 0, 3), .init(at: 0.5, 2), .init(at: 0.75, 1)]), [3, 3, 2, 1, 1]),
    (.points([.init(at: 0, 1), .init(at: 0.5, 3), .init(at: 0.75, 0)]), [1, 2, 3, 0, 0]),
    (.points([.init(at: 0, 1), .init(at: 1, 5)]), [1, 2, 3, 4, 5]),
    (.steps([.init(at: 0, 7)]), [7, 7, 7, 7, 7]),
  ])
  func `values at the start, the quarters and the end`(_ schedule: Schedule, _ expected: [Double]) {
    for (quarter, value) in expected.enumerated() {
      #expect(abs(schedule.value(remaining: 1 - Double(quarter) / 4) - value) < 1e-7, "after \(quarter) quarters")
    }
    #expect(schedule.start == schedule.value(remaining: 1))
  }

  @Test func `only steps jump`() {
    let schedules: [Schedule] = [
      .linear(1), .cosine(1), .warmup(fraction: 0.1, then: .cosine(1)),
      .points([.init(at: 0, 0), .init(at: 0.3, 1), .init(at: 1, 0.5)]),
    ]
    for schedule in schedules {
      for step in 0..<1_000 {
        let (now, next) = (Double(step) / 1_000, Double(step + 1) / 1_000)
        let jump = schedule.value(remaining: 1 - next) - schedule.value(remaining: 1 - now)
        #expect(abs(jump) < 0.011, "\(schedule) at \(now)")
      }
    }
  }

  @Test(arguments: [
    "lin_0.001", "cos_1e-05", "warmup_0.1_0.001", "warmup_0.05_cos_0.001", "steps_0:0.001,0.5:0.0001", "points_0:2,1:1",
    "warmup_0.1_points_0:0.5,0.25:0.125",
  ])
  func `what is written reads back as it was written`(_ text: String) throws {
    let schedule = try parsed(text)
    #expect(schedule.description == text)
    var owner = Owner()
    owner.rate = schedule
    #expect(rate.get(owner) == .text(text))
  }

  @Test func `numbers are constants, and an absent schedule is null`() throws {
    var owner = Owner()
    try rate.set(&owner, .integer(2))
    #expect(owner.rate == .constant(2) && rate.get(owner) == .number(2))
    #expect(range.get(owner) == .none)
    try range.set(&owner, .text("cos_0.5"))
    #expect(owner.range == .cosine(0.5))
    try range.set(&owner, .none)
    #expect(owner.range == nil)
  }

  @Test(arguments: [
    ("lin_x", "'rate' takes a number > 0 after lin_, as lin_0.001, not lin_x"),
    ("lin", "'rate' takes a number > 0 after lin_, as lin_0.001, not lin"),
    ("cos_-1", "'rate' takes a number > 0 after cos_, as cos_0.001, not cos_-1"),
    ("cos_inf", "'rate' takes a number > 0 after cos_, as cos_0.001, not cos_inf"),
    (
      "cosine_0.1",
      "'rate' takes a number > 0 or a schedule (cos_0.001, lin_0.001, points_0:0.001,1:0.0001, "
        + "steps_0:0.001,0.5:0.0001, warmup_0.1_cos_0.001), not cosine_0.1; did you mean 'cos'?"
    ),
    (
      "warmup_0.1",
      "'rate' takes a fraction between 0 and 1 and a schedule after warmup_, as warmup_0.1_cos_0.001, not warmup_0.1"
    ),
    (
      "warmup_1_lin_0.1",
      "'rate' takes a fraction between 0 and 1 and a schedule after warmup_, as warmup_0.1_cos_0.001, "
        + "not warmup_1_lin_0.1"
    ),
    ("warmup_0.1_lin_-1", "'rate' takes a number > 0 after lin_, as lin_0.001, not lin_-1"),
    ("warmup_0.1_-1", "'rate' takes a number > 0, not -1.0"),
    (
      "warmup_0.1_warmup_0.1_1", "'rate' takes one warm-up, not one after another: warmup_0.1_warmup_0.1_1"
    ),
    (
      "steps_0:1,0.5",
      "'rate' takes FRACTION:NUMBER pairs after steps_, numbers > 0, as steps_0:0.001,0.5:0.0001, not steps_0:1,0.5"
    ),
    (
      "points_0:0,1:1",
      "'rate' takes FRACTION:NUMBER pairs after points_, numbers > 0, as points_0:0.001,1:0.0001, not points_0:0,1:1"
    ),
    ("steps_0.1:1", "'rate' takes fractions of the training that start at 0, rise and end by 1, not steps_0.1:1"),
    (
      "points_0:1,0.5:1,0.5:2",
      "'rate' takes fractions of the training that start at 0, rise and end by 1, not points_0:1,0.5:1,0.5:2"
    ),
    ("points_0:1,2:1", "'rate' takes fractions of the training that start at 0, rise and end by 1, not points_0:1,2:1"),
  ])
  func `nonsense is said in one sentence`(_ text: String, _ message: String) {
    #expect(throws: HyperparameterError(message)) { try parsed(text) }
  }
}
