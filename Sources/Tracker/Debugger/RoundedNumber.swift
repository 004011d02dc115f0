import Foundation

/// At most four significant digits, for a sentence: `0.02154`, `187.3`, `1.2e-08`.
func rounded(_ value: Double) -> String { String(format: "%.4g", value) }
