import Randomness

/// A table of orders as it should be, and the same one with known faults, to measure checks of data with. Seeded.
///
///     let data = MessyData(seed: 1)
///     let bytes = MessyData.csv(data.messy)
///     for fault in data.faults { print(fault.kind, fault.column ?? "rows", fault.rows) }
package struct MessyData {
  /// A fault that was put in.
  package struct Fault: Hashable, Sendable {
    package let kind: Kind
    /// nil for one of whole rows.
    package let column: String?
    /// Indices of `messy`, ascending; none for one of a whole column.
    package let rows: [Int]
  }

  package enum Kind: String, CaseIterable, Sendable {
    case missing, spelledMissing, outlier, groupOutlier, category, spelling, dateFormat, numberFormat, unit, duplicate
    case nearDuplicate, impossible, identifier, text, constant, leakage
  }

  package static let header = [
    "order_id", "customer", "email", "city", "country", "ordered", "amount", "product", "price", "weight", "age",
    "discount", "rating", "channel", "days", "warehouse", "status", "comment", "returned",
  ]
  package static let target = "returned"

  /// What has to hold of the clean rows, and does not of the messy ones.
  package static let expectations = """
    expectations:
      - range: {column: age, least: 0, most: 120}
      - range: {column: discount, least: 0, most: 100}
      - range: {column: rating, least: 1, most: 5}
      - range: {column: ordered, most: 2024-12-31}
    """

  /// 2,000 rows in the order of `header`.
  package private(set) var clean: [[String]] = []
  /// `clean` with the faults, and with copied rows at its end. No row has two faults but those of whole columns.
  package var messy: [[String]] = []
  package var faults: [Fault] = []

  package init(seed: UInt64, rows: Int = 2_000) {
    var draw = MessyDraw(SeedSequence(seed).child(named: "messy data"))
    clean = (0..<rows).map { Self.row($0, &draw) }
    messy = clean
    putInFaults(&draw)
  }

  /// As RFC 4180 has it, with the header.
  package static func csv(_ rows: [[String]]) -> [UInt8] {
    Array(([header] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined().utf8)
  }

  private static func field(_ text: String) -> String {
    let isPlain = !text.utf8.contains { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: A clean row

  private static func row(_ index: Int, _ draw: inout MessyDraw) -> [String] {
    let (first, last) = (draw.one(of: firstNames), draw.one(of: lastNames))
    let (city, country) = draw.frequent(of: cities)
    let product = draw.frequent(of: products)
    let rating = 5 - min(4, Int(abs(draw.normal()) * 1.3))
    let isReturned = draw.below(100) < (rating < 3 ? 35 : 8)
    let discounts = [0, 0, 0, 0, 5, 5, 10, 10, 15, 20, 25, 30, 40, 50, 60]
    return [
      "ORD-\(padded(10_000 + 7 * index, 6))", "\(first) \(last)",
      "\(plain(first)).\(plain(last))\(index)@\(draw.one(of: ["example.com", "example.org", "mail.example.net"]))",
      city, country, day(draw.below(910)), decimal(draw.logNormal(4, 1.1)), product.name,
      decimal(product.price * (1 + 0.05 * max(-3, min(3, draw.normal())))), "\(Int(draw.logNormal(6.7, 0.5))) g",
      "\(max(18, min(91, Int(44 + 13 * draw.normal()))))", "\(draw.one(of: discounts))", "\(rating)",
      draw.frequent(of: ["web", "shop", "phone"]), "\(2 + Int(abs(draw.normal()) * 3))",
      draw.one(of: ["North", "South", "East"]), "S\(1 + draw.below(6))", comment(&draw), isReturned ? "yes" : "no",
    ]
  }

  /// The day so many days after 2022-01-01, as ISO 8601 has it.
  static func day(_ days: Int) -> String {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, rest) = (2022, 0, days)
    func length() -> Int { lengths[month] + (month == 1 && year % 4 == 0 ? 1 : 0) }
    while rest >= length() {
      rest -= length()
      month += 1
      if month == 12 { (year, month) = (year + 1, 0) }
    }
    return "\(year)-\(padded(month + 1, 2))-\(padded(rest + 1, 2))"
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// With two decimals.
  static func decimal(_ value: Double) -> String {
    let cents = Int((100 * value).rounded())
    return "\(cents / 100).\(padded(cents % 100, 2))"
  }

  private static func plain(_ name: String) -> String {
    let folded: [Character: String] = ["ü": "ue", "é": "e", "ö": "oe", "ñ": "n", "ä": "ae", "ø": "o"]
    return name.lowercased().map { folded[$0] ?? String($0) }.joined()
  }

  static func comment(_ draw: inout MessyDraw) -> String {
    let pattern = draw.one(of: comments)
    return pattern.map { $0.isEmpty ? draw.one(of: adjectives) : draw.one(of: $0) }.joined(separator: " ")
  }

  private static let firstNames = [
    "Anna", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hugo", "Ines", "Jürgen", "Karin", "Lucas", "Maria",
    "Nadia", "Oscar", "Paula", "Quentin", "Rosa", "Samuel", "Tania", "Ulrich", "Vera", "Walter", "Xenia", "Yusuf",
    "Zoe", "José", "René", "Sören", "Mario", "Marie", "Jan", "Jana", "Erik", "Erika", "Martin", "Martina",
  ]
  private static let lastNames = [
    "Müller", "Meier", "Meyer", "Schmidt", "Schmitt", "Fischer", "Weber", "Smith", "Jones", "Brown", "García", "Rossi",
    "Russo", "Dubois", "Moreau", "Jansen", "Hansen", "Larsen", "Nowak", "Novak", "Horvat", "Silva", "Santos", "Costa",
    "Keller", "Huber", "Bauer", "Kaya", "Yilmaz", "Khan", "Singh", "Chen", "Wang", "Tanaka", "Sato", "Jørgensen",
    "Peña", "Clark", "Clarke", "Lewis",
  ]
  static let cities = [
    ("Berlin", "Germany"), ("New York", "United States"), ("London", "United Kingdom"), ("Paris", "France"),
    ("Vienna", "Austria"), ("Sydney", "Australia"), ("Munich", "Germany"), ("Chicago", "United States"),
    ("Bologna", "Italy"), ("Cologne", "Germany"), ("Manchester", "United Kingdom"), ("Marseille", "France"),
    ("Bern", "Switzerland"), ("Zurich", "Switzerland"), ("Graz", "Austria"), ("Melbourne", "Australia"),
    ("Los Angeles", "United States"), ("San Francisco", "United States"), ("Düsseldorf", "Germany"),
    ("Stockholm", "Sweden"), ("Malmö", "Sweden"), ("Rome", "Italy"), ("Birmingham", "United Kingdom"),
    ("Toulouse", "France"),
  ]
  static let products: [(name: String, price: Double)] = [
    ("notebook", 12), ("desk lamp", 60), ("office chair", 240), ("standing desk", 800), ("pencil case", 25),
    ("monitor stand", 110), ("bookshelf", 420),
  ]
  /// An empty place is an adjective's.
  private static let comments: [[[String]]] = [
    [["The delivery", "My package", "The parcel", "The order"], ["arrived", "was received", "came"]]
      + [["early", "late", "on time", "a week later than promised"], ["and the box was"], [], ["but undamaged."]],
    [["I would", "We would definitely", "I will not"], ["recommend this product", "buy it again", "order it again"]]
      + [["because the quality is", "since the material feels"], [], ["."]],
    [["Customer service", "The support team"], ["was", "has been"], []] + [["and answered", "and replied"]]
      + [["immediately.", "within two days.", "to every question.", "in the beginning."]],
    [["The colour is", "The surface looks", "The finish seems"], [], ["and different from the picture."]]
      + [["Until now", "Apart from that", "Otherwise"], ["there was no problem.", "everything works well."]],
  ]
  private static let adjectives = [
    "excellent", "poor", "beautiful", "acceptable", "heavy", "light", "perfect", "separate", "necessary", "strange",
    "comfortable", "noticeable", "surprising", "reliable", "average", "friendly", "plain", "solid",
  ]
}

/// What rows and faults are drawn with.
struct MessyDraw {
  private var generator: CounterGenerator

  init(_ seeds: SeedSequence) { generator = CounterGenerator(seeds) }

  mutating func below(_ count: Int) -> Int { generator.integer(below: count) }
  mutating func normal() -> Double { Double(generator.normal()) }
  mutating func logNormal(_ mean: Double, _ deviation: Double) -> Double {
    var power = mean + deviation * normal()
    // e to the power, without the C library, whose last bits differ between machines.
    power = (power * 64).rounded() / 64
    let whole = power.rounded(.down)
    var (value, term) = (1.0, 1.0)
    for step in 1...20 {
      term *= (power - whole) / Double(step)
      value += term
    }
    for _ in 0..<max(0, Int(whole)) { value *= 2.718281828459045 }
    return value * (1 + 0.015 * Double(below(1_000)) / 1_000)
  }

  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  /// The first ones more often than the last.
  mutating func frequent<Element>(of elements: [Element]) -> Element {
    let weights = elements.indices.map { 1_000 / ($0 + 4) }
    var place = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if place < weight { return elements[index] }
      place -= weight
    }
    return elements[0]
  }

  /// The word with one slip of the fingers in its inside: a letter or digit left out, doubled or replaced, or two exchanged.
  mutating func slip(_ word: String) -> String {
    let letters = Array(word)
    while true {
      var slipped = letters
      let place = 1 + below(letters.count - 2)
      guard letters[place].isLetter || letters[place].isNumber else { continue }
      switch below(4) {
      case 0: slipped.remove(at: place)
      case 1: slipped.insert(letters[place], at: place)
      case 2: slipped[place] = one(of: Array(letters[place].isNumber ? "0123456789" : "aeinorst"))
      default: slipped.swapAt(place, max(1, place - 1))
      }
      if slipped != letters, !slipped.contains("  ") { return String(slipped) }
    }
  }
}
