/// The 40 faults.
extension MessyData {
  mutating func putInFaults(_ draw: inout MessyDraw) {
    var untouched = FreshRows(count: clean.count)
    putInWholeColumns(&draw)
    putInMissing(&draw, &untouched)
    putInNumbers(&draw, &untouched)
    putInWords(&draw, &untouched)
    putInFormats(&draw, &untouched)
    putInText(&draw, &untouched)
    putInRows(&draw, &untouched)
  }

  /// Rows that have no fault yet.
  private struct FreshRows {
    private var isFree: [Bool]

    init(count: Int) { isFree = [Bool](repeating: true, count: count) }

    mutating func take(_ count: Int, _ draw: inout MessyDraw, where isFit: (Int) -> Bool = { _ in true }) -> [Int] {
      var rows: [Int] = []
      var candidates = isFree.indices.filter { isFree[$0] && isFit($0) }
      while rows.count < count, !candidates.isEmpty {
        let row = candidates.remove(at: draw.below(candidates.count))
        isFree[row] = false
        rows.append(row)
      }
      return rows.sorted()
    }
  }

  private func place(_ column: String) -> Int { Self.header.firstIndex(of: column)! }
  private func value(_ row: Int, _ column: String) -> String { messy[row][place(column)] }
  private func number(_ row: Int, _ column: String) -> Double { Double(value(row, column).prefix { $0 != " " })! }

  /// Changes a column in some fresh rows, and records it.
  private mutating func fault(
    _ kind: Kind, _ column: String, _ count: Int, _ draw: inout MessyDraw, _ rows: inout FreshRows,
    where isFit: (Int) -> Bool = { _ in true }, _ changed: (Int, inout MessyDraw) -> String
  ) {
    let taken = rows.take(count, &draw, where: isFit)
    for row in taken { messy[row][place(column)] = changed(row, &draw) }
    faults.append(Fault(kind: kind, column: column, rows: taken))
  }

  private mutating func putInWholeColumns(_ draw: inout MessyDraw) {
    for row in messy.indices {
      messy[row][place("warehouse")] = "North"
      let isTold = draw.below(200) > 0
      let isReturned = (value(row, Self.target) == "yes") == isTold
      messy[row][place("status")] = "S\(1 + draw.below(3) + (isReturned ? 3 : 0))"
    }
    faults.append(Fault(kind: .constant, column: "warehouse", rows: []))
    faults.append(Fault(kind: .leakage, column: "status", rows: []))
  }

  private mutating func putInMissing(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    fault(.missing, "age", 8, &draw, &rows) { _, _ in "" }
    fault(.missing, "email", 5, &draw, &rows) { _, _ in "" }
    fault(.spelledMissing, "amount", 5, &draw, &rows) { _, _ in "N/A" }
    fault(.spelledMissing, "rating", 4, &draw, &rows) { _, _ in "-" }
    fault(.spelledMissing, "age", 6, &draw, &rows) { _, _ in "-999" }
    fault(.spelledMissing, "city", 5, &draw, &rows) { _, _ in "null" }
  }

  private mutating func putInNumbers(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    let before = messy
    let (amount, weight, product) = (place("amount"), place("weight"), place("product"))
    fault(.outlier, "amount", 3, &draw, &rows) { row, _ in
      Self.decimal(1_000 * max(50, Double(before[row][amount])!))
    }
    fault(.outlier, "weight", 2, &draw, &rows) { row, draw in
      "\(60 * max(400, Int(before[row][weight].dropLast(2))!) + draw.below(1_000)) g"
    }
    fault(.outlier, "days", 3, &draw, &rows) { _, draw in "\(75 + draw.below(40))" }
    // Far from the prices of its product, and near those of others.
    fault(.groupOutlier, "price", 3, &draw, &rows, where: { before[$0][product] == "notebook" }) { _, draw in
      Self.decimal(draw.one(of: [58.0, 112, 236]) + Double(draw.below(8)))
    }
    fault(.groupOutlier, "price", 2, &draw, &rows, where: { before[$0][product] == "office chair" }) { _, draw in
      Self.decimal(draw.one(of: [23.0, 61, 425, 790]) + Double(draw.below(5)))
    }
    fault(.impossible, "age", 2, &draw, &rows) { _, draw in "-\(2 + draw.below(30))" }
    fault(.impossible, "ordered", 2, &draw, &rows) { row, draw in
      "20\(30 + draw.below(60))" + before[row][5].dropFirst(4).replacing("02-29", with: "02-28")
    }
    fault(.impossible, "discount", 3, &draw, &rows) { _, draw in "\(105 + 5 * draw.below(20))" }
    fault(.impossible, "rating", 2, &draw, &rows) { _, draw in "\(6 + draw.below(4))" }
  }

  /// Other spellings of categories.
  private mutating func putInWords(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    let countries = Array(Set(Self.cities.map(\.1))).sorted()
    for (column, count, levels) in [
      ("country", 3, countries), ("city", 2, Self.cities.map(\.0)), ("product", 3, Self.products.map(\.name)),
    ] {
      let right = draw.one(of: levels.filter { $0.count >= 6 })
      var wrong = draw.slip(right)
      while levels.contains(wrong) { wrong = draw.slip(right) }
      let at = place(column)
      let before = messy
      fault(.category, column, count, &draw, &rows, where: { before[$0][at] == right }) { _, _ in wrong }
    }
    let before = messy
    let (country, city, product) = (place("country"), place("city"), place("product"))
    let shouted = draw.one(of: countries)
    let isShouted = draw.below(2) == 0
    fault(.category, "country", 4, &draw, &rows, where: { before[$0][country] == shouted }) { _, _ in
      isShouted ? shouted.uppercased() : shouted.lowercased()
    }
    let spaced = draw.one(of: ["New York", "Los Angeles", "San Francisco"])
    let isInside = draw.below(2) == 0
    fault(.category, "city", 3, &draw, &rows, where: { before[$0][city] == spaced }) { _, _ in
      isInside ? spaced.replacing(" ", with: "  ") : spaced.replacing(" ", with: "")
    }
    let joined = draw.one(of: Self.products.map(\.name).filter { $0.contains(" ") })
    let mark = draw.one(of: ["-", "_", ". "])
    fault(.category, "product", 3, &draw, &rows, where: { before[$0][product] == joined }) { _, _ in
      joined.replacing(" ", with: mark)
    }
    let misspelt = [
      ("received", "recieved"), ("definitely", "definately"), ("package", "pacakge"), ("beautiful", "beatiful"),
      ("separate", "seperate"), ("necessary", "neccessary"), ("immediately", "immediatly"), ("until", "untill"),
      ("acceptable", "acceptible"), ("noticeable", "noticable"), ("different", "diffrent"), ("beginning", "begining"),
      ("comfortable", "comfortible"), ("recommend", "reccomend"), ("surprising", "suprising"),
    ]
    let comment = place("comment")
    for _ in 0..<3 {
      let (right, wrong) = draw.one(of: misspelt)
      fault(.spelling, "comment", 1 + draw.below(2), &draw, &rows, where: { before[$0][comment].contains(right) }) {
        row, _ in before[row][comment].replacing(right, with: wrong)
      }
    }
  }

  private mutating func putInFormats(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    let before = messy
    let (ordered, amount, weight) = (place("ordered"), place("amount"), place("weight"))
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let isGerman = draw.below(2) == 0
    fault(.dateFormat, "ordered", 6, &draw, &rows) { row, _ in
      let parts = before[row][ordered].split(separator: "-")
      return isGerman ? "\(parts[2]).\(parts[1]).\(parts[0])" : "\(parts[1])/\(parts[2])/\(parts[0])"
    }
    fault(.dateFormat, "ordered", 4, &draw, &rows) { row, _ in
      let parts = before[row][ordered].split(separator: "-")
      return "\(Int(parts[2])!) \(months[Int(parts[1])! - 1]) \(parts[0])"
    }
    fault(.numberFormat, "amount", 6, &draw, &rows) { row, _ in before[row][amount].replacing(".", with: ",") }
    fault(.numberFormat, "amount", 4, &draw, &rows) { _, draw in
      "\(1 + draw.below(3)),\(Self.padded(draw.below(1_000), 3)).\(Self.padded(draw.below(100), 2))"
    }
    let price = place("price")
    let currency = draw.one(of: ["€ ", "$", "EUR "])
    fault(.numberFormat, "price", 3, &draw, &rows) { row, _ in currency + before[row][price] }
    fault(.unit, "weight", 6, &draw, &rows) { row, _ in
      let grams = Int(before[row][weight].dropLast(2))!
      return "\(grams / 1_000).\(Self.padded(grams % 1_000, 3)) kg"
    }
    fault(.unit, "weight", 3, &draw, &rows) { row, _ in
      Self.decimal(Double(before[row][weight].dropLast(2))! / 453.592) + " lb"
    }
  }

  private mutating func putInText(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    let before = messy
    let (customer, city, comment) = (place("customer"), place("city"), place("comment"))
    fault(.text, "customer", 3, &draw, &rows, where: { !before[$0][customer].utf8.allSatisfy { $0 < 0x80 } }) {
      row, _ in
      // UTF-8 that was read as Latin-1.
      String(String.UnicodeScalarView(before[row][customer].utf8.map { Unicode.Scalar($0) }))
    }
    fault(.text, "city", 2, &draw, &rows, where: { before[$0][city].utf8.count > before[$0][city].count }) { row, _ in
      String(before[row][city].map { $0.isASCII ? $0 : "\u{FFFD}" })
    }
    fault(.text, "comment", 2, &draw, &rows) { row, draw in
      before[row][comment].replacing(" ", with: draw.one(of: ["\u{7}", "\u{1B}", "\u{1}"]), maxReplacements: 1)
    }
  }

  /// An id used twice, and copies of rows.
  private mutating func putInRows(_ draw: inout MessyDraw, _ rows: inout FreshRows) {
    let id = place("order_id")
    let twice = rows.take(6, &draw)
    for pair in stride(from: 0, to: 6, by: 2) { messy[twice[pair + 1]][id] = messy[twice[pair]][id] }
    faults.append(Fault(kind: .identifier, column: "order_id", rows: twice))
    func copies(_ kind: Kind, _ count: Int, _ change: (inout [String], Int, inout MessyDraw) -> Void) {
      let start = messy.count
      for (number, row) in rows.take(count, &draw).enumerated() {
        var copy = messy[row]
        change(&copy, start + number, &draw)
        messy.append(copy)
      }
      faults.append(Fault(kind: kind, column: nil, rows: Array(start..<messy.count)))
    }
    copies(.duplicate, 5) { _, _, _ in }
    copies(.nearDuplicate, 4) { copy, row, _ in copy[id] = "ORD-\(Self.padded(10_000 + 7 * row, 6))" }
    let edited = ["customer", "email", "city", "amount"].map(place)
    copies(.nearDuplicate, 4) { copy, row, draw in
      copy[id] = "ORD-\(Self.padded(10_000 + 7 * row, 6))"
      let column = draw.one(of: edited)
      copy[column] = draw.slip(copy[column].count > 3 ? copy[column] : copy[column] + "0.50")
    }
  }
}
