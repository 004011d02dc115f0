extension String {
  /// Lines of at most `width` columns (≥ 1), those behind the first of at most `later`: broken at spaces, a longer word
  /// behind a slash, else behind one of `, = _ - ·`, else where the line is full.
  package func wrapped(to width: Int, then later: Int? = nil) -> [String] {
    var lines: [String] = []
    var (rest, room) = (self[...], width)
    while String(rest).displayWidth > room {
      let end = rest.end(ofLineIn: room)
      var line = rest[..<end]
      while line.last == " " { line.removeLast() }
      lines.append(String(line))
      rest = rest[end...].drop { $0 == " " }
      room = later ?? width
    }
    if !rest.isEmpty || lines.isEmpty { lines.append(String(rest)) }
    return lines
  }

  /// Lines that fit, broken at spaces only, so that a longer word stands alone; those behind the first begin with `indent`.
  package func broken(indent: String = "", where fits: (String) -> Bool) -> [String] {
    var lines: [String] = []
    var line = String(prefix { $0 == " " })
    var isEmpty = true
    for word in dropFirst(line.count).split(separator: " ", omittingEmptySubsequences: false) {
      let longer = isEmpty ? line + word : "\(line) \(word)"
      if !isEmpty, !fits(longer) {
        lines.append(line)
        line = indent + word
      } else {
        line = longer
      }
      isEmpty = false
    }
    return lines + [line]
  }

  /// Every line wrapped to `width` columns; what is broken off is indented as its line is, and `hanging` columns more.
  /// The same text for nil.
  package func wrappedLines(to width: Int?, hanging: Int = 0) -> String {
    guard let width else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let margin = String(line.prefix { $0 == " " })
      let indent = margin + String(repeating: " ", count: max(0, min(hanging, width - margin.count - 20)))
      let pieces = String(line.dropFirst(margin.count))
        .wrapped(to: max(1, width - margin.count), then: max(1, width - indent.count))
      return ([margin + pieces[0]] + pieces.dropFirst().map { indent + $0 }).joined(separator: "\n")
    }
    .joined(separator: "\n")
  }
}

extension Substring {
  /// Where the line ends that fills `width` columns.
  fileprivate func end(ofLineIn width: Int) -> Index {
    var (filled, place) = (0, startIndex)
    var (space, slash, mark): (Index?, Index?, Index?)
    var isBehindWord = false
    while place < endIndex {
      let character = self[place]
      // A space may stand beyond the end.
      if character == " " {
        if isBehindWord { space = index(after: place) }
      } else {
        isBehindWord = true
      }
      filled += String(character).displayWidth
      if filled > width { break }
      place = index(after: place)
      if character == "/" { slash = place }
      if ",=_-·".contains(character) { mark = place }
    }
    // A character that is wider than the line has to stand somewhere.
    return space ?? slash ?? mark ?? (place == startIndex ? index(after: place) : place)
  }
}
