import Report
import Testing

@Suite struct MarkupTests {
  @Test func `interpolated text is escaped and markup is not`() {
    let name = "<script>alert(\"1\" & '2')</script>"
    let inner: Markup = "<b>\(name)</b>"
    let outer: Markup = "<p title=\"\(name)\">\(inner)\(3)</p>"
    let safe = "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
    #expect(outer.text == "<p title=\"\(safe)\"><b>\(safe)</b>3</p>")
  }

  @Test func `control characters do not reach the page`() {
    #expect(
      Markup.escaped("a\u{0}b\u{1B}[31mc\u{85}\td\n") == "a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}\td\n")
  }

  @Test func `pieces add up`() {
    var markup: Markup = "<i>"
    markup += "\("&")"
    #expect((markup + "</i>").text == "<i>&amp;</i>")
  }
}
