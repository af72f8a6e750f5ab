/// A line that a terminal writes over and over, such as a progress line.
public enum TerminalLine {
  /// Returns the text cut so that it stays on one line of a terminal with so many columns. The last column
  /// stays free: some terminals go on to the next line when it is filled, and `\r` then overwrites nothing.
  public static func fitted(_ text: String, columns: Int) -> String {
    TerminalText.cut(TerminalText.printable(text), to: columns - 1)
  }
}
