/// Why an image cannot be read, in a few words.
package struct ImageProblem: Error, Hashable {
  package var text: String

  init(_ text: String) { self.text = text }
}
