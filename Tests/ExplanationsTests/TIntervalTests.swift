import Testing

@testable import Explanations

@Suite struct TIntervalTests {
  @Test func `an interval is around the mean, as wide as its standard error asks for`() {
    let interval = TInterval([1, 2, 3, 4])
    // t(3) 3.18245 times sqrt(5 / 3 / 4)
    #expect(interval.mean == 2.5 && abs(interval.high - 2.5 - 2.0542) < 1e-3)
    #expect(abs(interval.low + interval.high - 5) < 1e-12)
    let single = TInterval([7])
    #expect(single.low == 7 && single.high == 7)
  }
}
