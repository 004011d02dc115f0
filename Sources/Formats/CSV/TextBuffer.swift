/// Text on its way to a file, a chunk at a time; numbers are written into it without strings between.
///
/// Memory of its own, since an array is asked at every byte whether it is shared.
package final class TextBuffer: TextOutputStream {
  /// A chunk is full from here on; the rest is for the row that fills it. Less than what malloc asks the system for anew
  /// each time.
  private static let chunk = 1 << 16
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity = chunk + 4096
  private var count = 0
  /// `00` to `99`.
  private let pairs: UnsafeMutablePointer<UInt8>

  package init() {
    base = .allocate(capacity: capacity)
    pairs = .allocate(capacity: 200)
    for number in 0..<100 {
      pairs[2 * number] = UInt8(ascii: "0") + UInt8(number / 10)
      pairs[2 * number + 1] = UInt8(ascii: "0") + UInt8(number % 10)
    }
  }

  deinit {
    base.deallocate()
    pairs.deallocate()
  }

  package var isFull: Bool { count >= Self.chunk }

  /// All of it; it is empty afterwards.
  package func take() -> [UInt8] {
    defer { count = 0 }
    return Array(UnsafeBufferPointer(start: base, count: count))
  }

  package func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0) }
  }

  package func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package func append(decimal value: Int) {
    reserve(21)
    if value < 0 { put(UInt8(ascii: "-")) }
    put(UInt64(value.magnitude))
  }

  /// Unix microseconds as seconds with six decimals.
  package func append(seconds microseconds: Int64) {
    reserve(24)
    if microseconds < 0 { put(UInt8(ascii: "-")) }
    let (seconds, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    put(seconds)
    put(UInt8(ascii: "."))
    put(rest, digits: 6)
  }

  /// As `shortest` writes it.
  package func append(shortest value: Double) {
    if let whole = Int(exactly: value), whole.magnitude < 1 << 53, whole != 0 { return append(decimal: whole) }
    if value.isNaN { return append("nan") }
    var stream = self
    value.write(to: &stream)
    if base[count - 1] == UInt8(ascii: "0"), base[count - 2] == UInt8(ascii: ".") { count -= 2 }
  }

  package func write(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// What the standard library calls for digits, where it does; else it makes a string of them for `write`.
  package func _writeASCII(_ digits: UnsafeBufferPointer<UInt8>) { append(digits) }

  private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    reserve(bytes.count)
    if let start = bytes.baseAddress { (base + count).update(from: start, count: bytes.count) }
    count += bytes.count
  }

  private func reserve(_ more: Int) {
    if count + more > capacity { grow(by: more) }
  }

  private func grow(by more: Int) {
    capacity = 2 * (count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  private func put(_ byte: UInt8) {
    base[count] = byte
    count += 1
  }

  private func put(_ value: UInt64) {
    var (digits, bound) = (1, UInt64(10))
    while digits < 20, value >= bound {
      digits += 1
      bound &*= 10
    }
    put(value, digits: digits)
  }

  private func put(_ value: UInt64, digits: Int) {
    var (rest, left) = (value, digits)
    let place = base + count
    while left >= 2 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      left -= 2
      place[left] = pairs[2 * Int(pair)]
      place[left + 1] = pairs[2 * Int(pair) + 1]
      rest = quotient
    }
    if left == 1 { place[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest) }
    count += digits
  }
}
