/// The condition of a log's bytes, as a reader found them.
///
/// ```swift
/// func isDamaged(_ run: RunRecord) -> Bool {
///   if case .damaged(let places) = run.condition { print(places.map(\.place)); return true }
///   return false
/// }
/// ```
public enum LogCondition: Sendable, Hashable {
  case sound
  /// The last segment ends early, as after a crash, at `offset`: normal, nothing acknowledged is missing.
  case torn(segment: Int = 1, offset: Int)
  /// Bytes are not as they were written; each place by its segment, offset and reason.
  case damaged([LogDamage])
}

/// A place of a log whose bytes are not as they were written.
///
/// ```swift
/// func places(of damages: [LogDamage]) -> String { damages.map { "\($0.place): \($0.reason)" }.joined(separator: "\n") }
/// ```
public struct LogDamage: Sendable, Hashable {
  /// 1, 2, 3, …: `log.rlog`, `log-00002.rlog`, ….
  public var segment: Int
  public var offset: Int
  public var reason: String

  package init(segment: Int = 1, offset: Int, reason: String) {
    self.segment = segment
    self.offset = offset
    self.reason = reason
  }

  /// `byte 812`, or `segment 2, byte 812`.
  public var place: String { (segment == 1 ? "" : "segment \(segment), ") + "byte \(offset)" }
}

/// How much is shown of a damaged log. Read with `strict` where a hole in a series would be worse than an error.
///
/// ```swift
/// func verified(_ id: String, in store: Store) throws -> RunRecord { try store.load(id, mode: .strict) }
/// ```
public enum DamageMode: Sendable, CaseIterable {
  /// Nothing: `StoreError.damaged` is thrown.
  case strict
  /// Every series up to the first damage that may have cost it points: no series has a hole.
  case pointInTime
  /// All that is sound.
  case salvage
}
