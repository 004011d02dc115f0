/// Compares an analytic gradient with central differences of a loss computed in single precision.
///
/// An element passes where it differs by at most `tolerance` times the largest element (of either) plus `tolerance`
/// times a tenth. Returns the worst element in words where any fails, else nil. `elements` limits how many are tried,
/// spread evenly.
public func gradientMismatch(
  _ gradient: [Float], at point: [Float], elements: Int = 200, step: Float = 4e-3, tolerance: Double = 4e-3,
  loss: ([Float]) -> Double
) -> String? {
  precondition(gradient.count == point.count, "\(gradient.count) derivatives at a point of \(point.count)")
  let stride = max(1, point.count / elements)
  var worst: (excess: Double, text: String)?
  var scale = 0.0
  var pairs: [(index: Int, analytic: Double, numeric: Double)] = []
  for index in Swift.stride(from: 0, to: point.count, by: stride) {
    var moved = point
    moved[index] = point[index] + step
    let above = loss(moved)
    let up = Double(moved[index])
    moved[index] = point[index] - step
    let below = loss(moved)
    let numeric = (above - below) / (up - Double(moved[index]))
    pairs.append((index, Double(gradient[index]), numeric))
    scale = max(scale, abs(numeric), abs(Double(gradient[index])))
  }
  for (index, analytic, numeric) in pairs {
    let excess = abs(analytic - numeric) - tolerance * (scale + 0.1)
    if excess.isNaN || excess > (worst?.excess ?? 0) {
      worst = (excess, "element \(index): \(analytic) by hand, \(numeric) by differences (largest \(scale))")
    }
  }
  return worst?.text
}
