import Foundation
import TestKit
import Testing
@testable import Web

@Suite("JSON that is handed on unread")
struct JSONMembersTests {
    private func signal(_ json: String) -> String? {
        JSONMembers(json.utf8)?["signal"].map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test(
        "A member comes out in the very words it came in",
        arguments: [
            #"{"a":[1,-0.5e+3,true,false,null,"\u00e9 \" \\"],"b":{}}"#, #""text with } and , in it""#, "12", "[]", "[ ]", "{ }", "null",
            "0",
        ])
    func verbatim(value: String) {
        #expect(signal(#"{"call":"x", "signal" : \#(value) ,"after":{"signal":1}}"#) == value)
    }

    @Test(
        "What is not JSON is not handed on",
        arguments: [
            "01", "1.", ".5", "-", "1e", "tru", "nul", #""open"#, #""\x""#, #""\u12g4""#, "\"a\nb\"", "[1,]", "{,}", #"{"a":1,}"#,
            #"{"a"}"#, "{1:2}",
            "", "'a'", "NaN", "[1}", #"{"a":1]"#,
        ])
    func refused(value: String) {
        #expect(signal(#"{"signal":\#(value)}"#) == nil)
    }

    @Test("Something after the object makes it not JSON")
    func trailing() {
        #expect(signal(#"{"signal":1} x"#) == nil)
        #expect(signal(#"{"signal":1}{}"#) == nil)
        #expect(signal("{\"signal\":1} \n") == "1")
        #expect(signal(#"["signal",1]"#) == nil)
        #expect(signal(#"{"other":1}"#) == nil)
    }

    @Test("A plain string is one without escapes, and names are whole names")
    func plainStrings() {
        let members = JSONMembers(#"{"type":"call.signal","typ":"no","odd":"a\u0041","number":7,"type2":"no","type":"last"}"#.utf8)
        #expect(members?["type"]?.plainString == "last")
        #expect(members?["typ"]?.plainString == "no")
        #expect(members?["odd"]?.plainString == nil)
        #expect(members?["number"]?.plainString == nil)
        #expect(members?["ty"] == nil)
    }

    @Test("Values nest as deep as the stack can bear and no deeper")
    func depth() {
        func nested(_ count: Int) -> String { String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(signal(#"{"signal":\#(nested(JSONMembers.deepest - 1))}"#) != nil)
        #expect(signal(#"{"signal":\#(nested(JSONMembers.deepest))}"#) == nil)
        #expect(signal(#"{"signal":\#(nested(100_000))}"#) == nil)
    }

    @Test("What comes out is what Foundation reads too")
    func agreement() throws {
        var random = Seeded(7)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"signal\"", "\"a\"", "1", "-2.5", "true", "null", " ", "\"\\n\"", "{\"signal\":", "}",
            "\"signal\":[1]",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let value = signal(text) else { continue }
            accepted += 1
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
            _ = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
        }
        #expect(accepted > 10)
    }
}
