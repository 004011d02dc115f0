import Formats
import Foundation

/// Prints `value` as JSON with sorted keys; non-finite numbers as "nan", "inf", "-inf".
func printJSON(_ value: some Encodable) throws {
  StandardOutput.show(try JSONForm.page.text(value).printableJSON + "\n")
}
