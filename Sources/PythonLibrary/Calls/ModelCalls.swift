/// Models that are fitted to rows.
enum ModelCalls {
  static let all: [any Call.Type] = []
}
