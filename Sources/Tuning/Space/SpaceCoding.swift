import Foundation
import Settings

/// A space as a list of dimensions, in which samplers think: numbers between 0 and 1 and numbered levels.
///
/// A point has a coordinate for each dimension: a number from 0 to 1 in a continuous one, a level's number in others, NaN
/// where the dimension is not there.
struct SpaceCoding: Sendable {
  struct Dimension: Sendable {
    var kind: Kind
    /// The dimension that decides whether this one is there, and the levels of it for which it is.
    var parent: (dimension: Int, levels: Set<Int>)?
    /// The parameter that it is of.
    var parameter: Int
  }

  enum Kind: Sendable, Hashable {
    case continuous
    /// Levels in order, each a part of the line from 0 to 1; `edges` has one more than there are levels.
    case ordinal(edges: [Double])
    case categorical(Int)

    var levels: Int? {
      switch self {
      case .continuous: nil
      case .ordinal(let edges): edges.count - 1
      case .categorical(let count): count
      }
    }
  }

  let space: SearchSpace
  private(set) var dimensions: [Dimension] = []
  /// The first dimension of each parameter.
  private var first: [Int] = []
  /// Whole numbers and steps up to so many are levels of their own.
  private static let mostLevels = 64

  init(_ space: SearchSpace) {
    self.space = space
    for (index, parameter) in space.parameters.enumerated() {
      first.append(dimensions.count)
      let parent = parameter.condition.map { condition in
        let parent = space.parameters.firstIndex { $0.name == condition.parameter }!
        let levels = condition.values.compactMap { space.parameters[parent].range.index(of: $0) }
        return (dimension: first[parent], levels: Set(levels))
      }
      func add(_ kind: Kind, _ parent: (dimension: Int, levels: Set<Int>)?) {
        dimensions.append(Dimension(kind: kind, parent: parent, parameter: index))
      }
      switch parameter.range {
      case .choice(let values): add(Self.areOrdered(values) ? .even(values.count) : .categorical(values.count), parent)
      case .widths(let layers, let units):
        add(.even(layers.count), parent)
        let depth = dimensions.count - 1
        for layer in 0..<layers.upperBound {
          let levels = layers.filter { $0 > layer }.map { $0 - layers.lowerBound }
          add(.even(units.count), (dimension: depth, levels: Set(levels)))
        }
      case .real, .integer:
        if let count = parameter.range.count, count <= Self.mostLevels {
          if case .integer(let low, let high, true, _) = parameter.range {
            add(.ordinal(edges: (0...count).map { Self.logPlace(Double(low + $0) - 0.5, low, high) }), parent)
          } else {
            add(.even(count), parent)
          }
        } else {
          add(.continuous, parent)
        }
      }
    }
  }

  /// Numbers that rise or fall have neighbours, as words do not.
  private static func areOrdered(_ values: [HyperparameterValue]) -> Bool {
    let numbers = values.compactMap(\.double)
    guard numbers.count == values.count, numbers.count > 2 else { return false }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
      || zip(numbers, numbers.dropFirst()).allSatisfy { $0 > $1 }
  }

  /// Where a number lies on the line from 0 to 1 of whole numbers from `low` to `high` by their logarithms.
  private static func logPlace(_ value: Double, _ low: Int, _ high: Int) -> Double {
    let (start, end) = (log(Double(low) - 0.5), log(Double(high) + 0.5))
    return (log(value) - start) / (end - start)
  }

  /// Whether it has a list of all its points, so that two that are equal are likely.
  var isFinite: Bool { dimensions.allSatisfy { $0.kind != .continuous } }

  /// Whether dimension `index` is there, given the coordinates before it.
  func isActive(_ index: Int, _ point: some RandomAccessCollection<Double>) -> Bool {
    guard let parent = dimensions[index].parent else { return true }
    let coordinate = point[point.index(point.startIndex, offsetBy: parent.dimension)]
    if coordinate.isNaN { return false }
    return parent.levels.contains(level(parent.dimension, coordinate))
  }

  /// The number of the value that a coordinate of a choice or a whole number stands for.
  private func level(_ index: Int, _ coordinate: Double) -> Int {
    if dimensions[index].kind != .continuous { return Int(coordinate) }
    let range = space.parameters[dimensions[index].parameter].range
    return range.index(of: value(coordinate, of: range)) ?? 0
  }

  /// The coordinate at share `u` in [0, 1) of the dimension's whole.
  func coordinate(_ index: Int, at u: Double) -> Double {
    switch dimensions[index].kind {
    case .continuous: return u
    case .categorical(let count): return Double(min(count - 1, Int(u * Double(count))))
    case .ordinal(let edges):
      var (low, high) = (0, edges.count - 1)
      while low < high - 1 {
        let middle = (low + high) / 2
        if u < edges[middle] { high = middle } else { low = middle }
      }
      return Double(low)
    }
  }

  /// The point at `shares` of the dimensions' wholes.
  func point(at shares: [Double]) -> [Double] {
    var point = [Double](repeating: .nan, count: dimensions.count)
    for index in dimensions.indices where isActive(index, point) { point[index] = coordinate(index, at: shares[index]) }
    return point
  }

  /// The values that a point stands for.
  func values(of point: [Double]) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for (index, parameter) in space.parameters.enumerated() {
      let start = first[index]
      let coordinate = point[start]
      if coordinate.isNaN { continue }
      switch parameter.range {
      case .widths(let layers, let units):
        let depth = layers.lowerBound + Int(coordinate)
        let ascending = units.sorted()
        values[parameter.name] = .integers((0..<depth).map { ascending[Int(point[start + 1 + $0])] })
      default:
        values[parameter.name] =
          dimensions[start].kind == .continuous
          ? value(coordinate, of: parameter.range) : parameter.range.value(Int(coordinate))
      }
    }
    return values
  }

  /// The point of these values; nil where they are not of the space.
  func point(of values: [String: HyperparameterValue]) -> [Double]? {
    var point = [Double](repeating: .nan, count: dimensions.count)
    for (index, parameter) in space.parameters.enumerated() where isActive(first[index], point) {
      guard let value = values[parameter.name], parameter.range.contains(value) else { return nil }
      let start = first[index]
      switch (parameter.range, value) {
      case (.widths(let layers, let units), .integers(let widths)):
        point[start] = Double(widths.count - layers.lowerBound)
        let ascending = units.sorted()
        for (layer, width) in widths.enumerated() {
          point[start + 1 + layer] = Double(ascending.firstIndex(of: width)!)
        }
      case (.real(let low, let high, let log, let steps), _):
        let number = value.double!
        let share =
          low == high
          ? 0 : log ? Foundation.log(number / low) / Foundation.log(high / low) : (number - low) / (high - low)
        switch (dimensions[start].kind, steps) {
        case (.continuous, nil): point[start] = share
        case (.continuous, let steps?):
          point[start] = ((share * Double(steps - 1)).rounded() + 0.5) / Double(steps)
        default: point[start] = (share * Double((steps ?? 1) - 1)).rounded()
        }
      case (.integer(let low, let high, let log, let step), _):
        guard let level = parameter.range.index(of: value) else { return nil }
        if dimensions[start].kind != .continuous {
          point[start] = Double(level)
        } else if log {
          point[start] = Self.logPlace(value.double!, low, high)
        } else {
          point[start] = (Double(level) + 0.5) / Double((high - low) / step + 1)
        }
      default:
        guard let level = parameter.range.index(of: value) else { return nil }
        point[start] = Double(level)
      }
    }
    return point
  }

  /// The number at `share` of a range.
  private func value(_ share: Double, of range: SearchRange) -> HyperparameterValue {
    switch range {
    case .real(let low, let high, let log, nil):
      return .number(min(high, max(low, log ? low * pow(high / low, share) : low + share * (high - low))))
    case .integer(let low, let high, true, _):
      let (start, end) = (log(Double(low) - 0.5), log(Double(high) + 0.5))
      return .integer(Int(min(Double(high), max(Double(low), exp(start + share * (end - start)).rounded()))))
    default:
      let count = range.count!
      return range.value(max(0, min(count - 1, Int(share * Double(count)))))
    }
  }
}

extension SpaceCoding.Kind {
  static func even(_ count: Int) -> Self { .ordinal(edges: (0...count).map { Double($0) / Double(count) }) }
}
