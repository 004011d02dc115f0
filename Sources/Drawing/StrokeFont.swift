import Foundation

/// Letters as lines, for pictures made of pixels. What it has no letter for is a box.
package enum StrokeFont {
  /// The lines of a text with its baseline at y = 0 and its left end at x = 0, y downwards, and its width.
  package static func strokes(_ text: String, size: Double) -> (lines: [[Scene.Point]], width: Double) {
    // Capital letters are six units high.
    let unit = size * 0.12
    var lines: [[Scene.Point]] = []
    var x = 0.0
    for letter in text {
      if letter == " " {
        x += 2.6
        continue
      }
      let glyph = glyph(of: letter)
      let left = x
      lines += glyph.lines.map { $0.map { Scene.Point((left + $0.x) * unit, -$0.y * unit) } }
      x += glyph.width + 1.7
    }
    return (lines, max(x - 1.7, 0) * unit)
  }

  private static let box = Glyph(
    lines: [[(0, 0), (0, 6), (3, 6), (3, 0), (0, 0)].map { Scene.Point($0.0, $0.1) }], width: 3)

  /// Letters that are written as another.
  private static let alike: [Character: Character] = [
    "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'", "‐": "-", "‑": "-", "—": "–", "µ": "μ", "●": "•", "∙": "·",
    "ı": "i",
  ]

  /// Lines around x = 1, from the letter's top.
  private static let accents: [Unicode.Scalar: [[Scene.Point]]] = {
    func line(_ points: [(Double, Double)]) -> [Scene.Point] { points.map { Scene.Point($0.0, $0.1) } }
    return [
      "\u{300}": [line([(0.4, 1.2), (1.4, 0)])], "\u{301}": [line([(1.6, 1.2), (0.6, 0)])],
      "\u{302}": [line([(0, 0), (1, 1), (2, 0)])], "\u{303}": [line([(0, 0), (0.6, 0.7), (1.4, 0), (2, 0.7)])],
      "\u{304}": [line([(0, 0.4), (2, 0.4)])],
      "\u{308}": [line([(0.2, 0.4), (0.2, 0.4)]), line([(1.8, 0.4), (1.8, 0.4)])],
      "\u{30A}": [line([(1, 0), (0.4, 0.6), (1, 1.2), (1.6, 0.6), (1, 0)])],
      "\u{30C}": [line([(0, 1), (1, 0), (2, 1)])], "\u{327}": [line([(1, 1.8), (1.4, 1), (0.6, 0.4)])],
    ]
  }()

  private struct Glyph {
    /// In units, y upwards from the baseline.
    var lines: [[Scene.Point]]
    var width: Double
  }

  /// A letter's own glyph, or that of the letter it stands for, with its accents.
  private static func glyph(of letter: Character) -> Glyph {
    if let glyph = glyphs[letter] { return glyph }
    let parts = Array(String(letter).decomposedStringWithCanonicalMapping.unicodeScalars)
    let base = Character(parts[0])
    guard var glyph = glyphs[alike[base] ?? base] else { return box }
    let top = glyph.lines.flatMap(\.self).map(\.y).max() ?? 0
    for mark in parts.dropFirst() {
      guard let lines = accents[mark] else { continue }
      let isBelow = mark == "\u{327}"
      glyph.lines += lines.map { line in
        line.map { Scene.Point($0.x + glyph.width / 2 - 1, $0.y + (isBelow ? -2 : top + 1)) }
      }
    }
    return glyph
  }

  /// Each letter's lines as pairs of digits: x, and y + 2.
  private static let glyphs: [Character: Glyph] = {
    var glyphs: [Character: Glyph] = [:]
    for entry in table.split(separator: "\n") {
      let parts = entry.split(separator: " ")
      let lines = parts.dropFirst().map { line in
        let digits = line.compactMap { $0.wholeNumberValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
          Scene.Point(Double(digits[$0]), Double(digits[$0 + 1] - 2))
        }
      }
      let letter = parts[0].first!
      let widest = lines.flatMap(\.self).map(\.x).max() ?? 0
      // Figures are all as wide, so that numbers do not jump.
      glyphs[letter] = Glyph(lines: lines, width: letter.isNumber ? 3 : widest)
    }
    return glyphs
  }()

  private static let table = """
    A 022842 1434
    B 02083847463505 3544433202
    C 4738180703123243
    D 02082846442202
    E 48080242 0535
    F 480802 0535
    G 47381807031232434525
    H 0208 4248 0545
    I 0208
    J 3833221203
    K 0208 4804 1542
    L 080242
    M 0208254842
    N 02084248
    O 180703123243473818
    P 02083847463505
    Q 180703123243473818 2442
    R 02083847463505 2542
    S 473818070615354443321203
    T 0848 2822
    U 080312324348
    V 082248
    W 0812263248
    X 0248 0842
    Y 082548 2522
    Z 08480242
    0 180703122233372818
    1 071812
    2 07182837360232
    3 07182837362515 253433221203
    4 280434 2622
    5 380805253433221203
    6 372818070312223334251504
    7 083812
    8 15060718283736251504031222333425
    9 362515060718283733221203
    a 16263532 341403122233
    b 0802 0516263533221203
    c 3526160503122233
    d 3832 3526160503122233
    e 04343526160503122233
    f 28180702 0626
    g 36312010 3526160503122233
    h 0802 0516263532
    i 0206 0808
    j 161100 1818
    k 0802 3603 1432
    l 080312
    m 0206 05162522 25364542
    n 0206 0516263532
    o 160503122233352616
    p 0600 0516263533221203
    q 3630 3526160503122233
    r 0206 051626
    s 35261605142433221203
    t 181322 0626
    u 0603122233 3632
    v 062246
    w 0612253246
    x 0236 0632
    y 0622 4610
    z 06360232
    . 0202
    , 1200
    : 0202 0505
    - 0525
    − 0525
    + 0444 2622
    / 0138
    = 0333 0535
    ( 18060412
    ) 08161402
    _ 0141
    % 0248 0808 4242
    ! 0804 0202
    ' 0807
    # 1218 3238 0444 0646
    < 360432
    > 063402
    ? 07182837361514 1212
    [ 18080111
    ] 08181101
    | 0008
    " 0806 2826
    & 4207182837260403122244
    ; 1515 1200
    * 2824 0745 0547
    $ 473818070615354443321203 2921
    @ 321203071838474434252636
    ^ 061826
    ~ 05163445
    { 28171605141322
    } 08171625141302
    \\ 0831
    ` 0817
    · 0505
    • 1505 1415
    – 0545
    … 0202 2222 4242
    → 0555 375533
    × 0347 0743
    ° 1807162718
    ² 0819280626
    ± 0646 2824 0242
    ∞ 35241405162635445465564635
    ≤ 480644 0242
    ≥ 084604 0242
    ≠ 0444 0646 1338
    ≈ 04153344 06173546
    ▲ 02264202 2422 1322 3322
    ▼ 06224606 2422 1526 3526
    ß 02071828372616 16263533221203
    α 4622120305162642
    β 00071828372616 16263533221203
    γ 062220 4622
    δ 381807162635332212030415
    ε 3526160514250403122233
    θ 180703122233372818 0535
    λ 081842 2602
    μ 0600 0603122233 3632
    π 0646 1612 3632
    ρ 00051626353322120304
    σ 461605031222333526
    τ 0646 262332
    Δ 02284202
    Σ 4808250242
    """
}
