extension String {
  /// The text in single quotes, so that a shell takes it as one word: for messages that name a command.
  package var shellWord: String { "'" + replacing("'", with: #"'\''"#) + "'" }
}
