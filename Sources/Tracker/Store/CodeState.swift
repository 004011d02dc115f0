/// The state of the git repository that a run was started in.
///
/// ```swift
/// func warnOfChanges(_ run: RunRecord) {
///   if let code = run.codeState, code.isDirty { print("changes in no commit:", code.diff ?? "not kept") }
/// }
/// ```
public struct CodeState: Sendable, Hashable {
  /// The hash of the commit that was checked out; nil before the first.
  public var commit: String?
  /// Whether tracked files differed from the commit.
  public var isDirty: Bool
  /// The name of the run's artifact with the difference, as `git diff HEAD` prints it; nil if there is none.
  public var diff: String?
  /// Whether the difference was too long to be kept whole.
  public var isDiffCut: Bool

  public init(commit: String?, isDirty: Bool, diff: String? = nil, isDiffCut: Bool = false) {
    self.commit = commit
    self.isDirty = isDirty
    self.diff = diff
    self.isDiffCut = isDiffCut
  }
}
