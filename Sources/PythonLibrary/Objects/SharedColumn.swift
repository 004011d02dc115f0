/// Numbers that Swift and Python both see: Swift's memory, which a NumPy array of Python's shows without a copy. Python keeps the
/// object that owns it for as long as an array shows it.
final class SharedColumn<Element: BitwiseCopyable>: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Element>

  init(_ count: Int, _ value: Element) {
    values = .allocate(capacity: count)
    values.initialize(repeating: value)
  }

  init(_ elements: [Element]) {
    values = .allocate(capacity: elements.count)
    _ = values.initialize(fromContentsOf: elements)
  }

  deinit { values.deallocate() }

  /// As Python is told of it: the address and the number of elements.
  var place: ColumnPlace { ColumnPlace(address: Int(bitPattern: values.baseAddress), count: values.count) }

  func take(_ elements: [Element]) {
    elements.withUnsafeBufferPointer { _ = values.update(fromContentsOf: $0) }
  }
}

/// Where a column lies.
struct ColumnPlace: Encodable {
  var address: Int
  var count: Int
}
