import Foundation
import Kernels
import Report
import Testing

@Suite struct JSONValueTests {
  @Test func `keys are sorted by their bytes and plain arrays stay on one line`() {
    let value = JSONValue.object([
      "b": .integer(2), "B": .bool(true), "a": .array([.number(0.5), .null, .string("x")]),
      "é": .object([:]), "list": .array([.object(["k": .integer(1)])]),
    ])
    #expect(
      value.text == """
        {
          "B": true,
          "a": [0.5,null,"x"],
          "b": 2,
          "list": [
            {
              "k": 1
            }
          ],
          "é": {}
        }

        """)
  }

  @Test func `what is no number is null`() {
    let values: [Double?] = [nil, .nan, .infinity, -.infinity]
    #expect(JSONValue.array(values.map { .number($0) }).text == "[null,null,null,null]\n")
    #expect(JSONValue.interval(nil).text == "null\n")
    #expect(JSONValue.interval(-1...0.5).text == "[-1,0.5]\n")
  }

  @Test func `every number reads back as the same value`() throws {
    var rng = CounterRandom(seed: 3, path: ["json"])
    var values = [0, 1, -1, 0.1, 1e300, .leastNonzeroMagnitude, 1e16, 123456789.125, .pi, 1e-7]
    for _ in 0..<2000 {
      let bits = Double(bitPattern: rng.next())
      if bits.isFinite { values.append(bits) }
      values.append(rng.normal())
    }
    let text = JSONValue.numbers(values).text
    let parsed = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    let isSame = parsed == values
    #expect(isSame)
  }

  @Test func `texts survive quotes, control characters and emoji`() throws {
    let hostile = "\"\\ \n\r\t\u{0}\u{1F}\u{7F}\u{2028} </script> & 📈"
    let value = JSONValue.array([.string(hostile)])
    for text in [value.text, value.embedded] {
      #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [hostile])
    }
  }

  @Test func `embedded text cannot end its script element`() {
    let text = JSONValue.object(["</script>": .string("<!--</script>&")]).embedded
    #expect(!text.contains("<") && !text.contains(">") && !text.contains("&"))
    #expect(!text.contains("\n"))
  }
}
