/// The mean and the variance of the numbers seen so far, in one pass (Welford 1962), which keeps the digits of a small
/// deviation beside a large mean.
package struct Moments: Sendable, Hashable {
  package var count = 0
  package var mean = 0.0
  /// The sum of the squared distances from the mean.
  package var squares = 0.0

  @inlinable package init() {}

  @inlinable
  package mutating func take(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / Double(count)
    squares += distance * (value - mean)
  }

  /// Over n; 0 for no numbers.
  @inlinable package var deviation: Double { (squares / Double(max(1, count))).squareRoot() }

  /// As if all numbers had been taken in here (Chan, Golub and LeVeque 1979).
  package func merged(with other: Moments) -> Moments {
    if count == 0 { return other }
    if other.count == 0 { return self }
    var all = self
    all.count += other.count
    let share = Double(other.count) / Double(all.count)
    let distance = other.mean - mean
    all.mean += distance * share
    all.squares += other.squares + distance * distance * Double(count) * share
    return all
  }
}
