import Files
import Testing

@Suite struct OrderedJSONTests {
  @Test func whatIsWrittenIsRead() throws {
    let value = OrderedJSON.object([
      ("z", .array([.null, .bool(true), .integer(Int.max), .double(0.1)])), ("a", .string("<\n\"\\\u{1}\u{2028}深")),
      ("", .object([(String, OrderedJSON)]())),
    ])
    let text = #"{"z":[null,true,9223372036854775807,0.1],"a":"\u003c\n\"\\\u0001\u2028深","":{}}"#
    #expect(value.text == text)
    #expect(try JSONReader.parse(Array(text.utf8)) == value)
    #expect(value["z"]?.elements?[2].integerValue == Int.max && value["a"]?.stringValue?.last == "深")
    #expect(value["z"]?.elements?[3].number == 0.1 && value["z"]?.elements?[1].boolValue == true)
    #expect(OrderedJSON.double(.nan).text == "null" && OrderedJSON.double(3).text == "3")
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,\"a\":2}", 7), ("01", 0), ("1 2", 2), ("\"\u{1}\"", 1), ("nul", 0),
    ("1e999", 0), ("\"\\ud800\"", 7), (String(repeating: "[", count: 40), 32),
  ]) func othersAreRefused(text: String, at: Int) {
    let problem = #expect(throws: JSONReader.Problem.self) { try JSONReader.parse(Array(text.utf8)) }
    #expect(problem?.offset == at)
  }
}
