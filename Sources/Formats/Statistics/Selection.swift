extension [Float] {
  /// The quantile, linear between order statistics as that of sorted values is, without sorting; reorders the array.
  package mutating func quantile(_ share: Double) -> Double {
    let place = share * Double(count - 1)
    let index = Int(place)
    let lower = Double(select(index))
    guard place > Double(index) else { return lower }
    let upper = Double(self[(index + 1)...].min()!)
    return lower + (place - Double(index)) * (upper - lower)
  }

  /// The value that sorting would put at `index`, which is put there, the smaller before it and the larger behind it
  /// (Hoare 1961).
  private mutating func select(_ index: Int) -> Float {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[low + (high - low) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while self[left] < pivot { left += 1 }
        while self[right] > pivot { right -= 1 }
        if left <= right {
          swapAt(left, right)
          (left, right) = (left + 1, right - 1)
        }
      }
      if index <= right {
        high = right
      } else if index >= left {
        low = left
      } else {
        break
      }
    }
    return self[index]
  }
}
