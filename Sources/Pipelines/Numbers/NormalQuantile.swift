import Foundation

/// The standard normal distribution's quantile, to about 16 digits; ±∞ at 0 and 1, NaN outside.
///
/// M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (1988), PPND16.
func normalQuantile(_ probability: Double) -> Double {
  func polynomial(_ x: Double, _ coefficients: InlineArray<8, Double>) -> Double {
    var sum = coefficients[7]
    for power in stride(from: 6, through: 0, by: -1) { sum = sum * x + coefficients[power] }
    return sum
  }
  let centred = probability - 0.5
  if centred.magnitude <= 0.425 {
    let r = 0.180625 - centred * centred
    return centred
      * polynomial(
        r,
        [
          3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
          45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
        ])
      / polynomial(
        r,
        [
          1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
          39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
        ])
  }
  let tail = centred < 0 ? probability : 1 - probability
  if !(tail > 0) { return tail == 0 ? (centred < 0 ? -.infinity : .infinity) : .nan }
  var r = (-log(tail)).squareRoot()
  let magnitude: Double
  if r <= 5 {
    r -= 1.6
    magnitude =
      polynomial(
        r,
        [
          1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
          1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
        ])
      / polynomial(
        r,
        [
          1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
          0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        ])
  } else {
    r -= 5
    magnitude =
      polynomial(
        r,
        [
          6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
          0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ])
      / polynomial(
        r,
        [
          1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4,
          1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        ])
  }
  return centred < 0 ? -magnitude : magnitude
}
