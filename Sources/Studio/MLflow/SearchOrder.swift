/// How a search is ordered: `metrics.loss ASC`, `start_time DESC`.
struct SearchOrder: Sendable {
  var field: SearchField
  var isDescending: Bool
  var isNumber: Bool

  init(_ text: String, _ schema: SearchSchema) throws(MLflowError) {
    var parser = try SearchParser(text, schema)
    (field, isDescending) = try parser.order()
    isNumber = schema.isNumber(field)
  }

  init(_ field: SearchField, isDescending: Bool, _ schema: SearchSchema) {
    (self.field, self.isDescending, isNumber) = (field, isDescending, schema.isNumber(field))
  }

  /// By the first order, equal ones by the next; what lacks a field comes last either way, NaN before it, and those that are
  /// equal throughout stay as they were.
  static func sort<Element: Searchable>(_ all: inout [Element], by orders: [SearchOrder]) {
    if orders.isEmpty { return }
    // A column of keys an order; places are sorted, which are smaller than what they stand for.
    let columns = orders.map { order in all.map { order.key(of: $0) } }
    let places = all.indices.sorted { left, right in
      for (order, column) in zip(orders, columns) {
        let (one, other) = (column[left], column[right])
        if one.rank != other.rank { return one.rank < other.rank }
        if one.number != other.number { return (one.number < other.number) != order.isDescending }
        if one.text != other.text { return (one.text < other.text) != order.isDescending }
      }
      return left < right
    }
    all = places.map { all[$0] }
  }

  private func key(of element: some Searchable) -> (rank: Int, number: Double, text: String) {
    if isNumber {
      guard let number = element.number(field) else { return (2, 0, "") }
      return number.isNaN ? (1, 0, "") : (0, number, "")
    }
    return element.text(field).map { (0, 0, $0) } ?? (2, 0, "")
  }
}
