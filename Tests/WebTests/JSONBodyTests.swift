import Foundation
import Testing
import Web

@Suite struct JSONBodyTests {
    private struct Credential: Decodable, Equatable {
        let id: String
        let count: Int?
        let tags: [String]
    }

    private static let shape = JSONShape.object(
        ["id": .text(5), "tags": .list(.text(3), 2)], optional: ["count": .number, "extensions": .anything(depth: 2), "isNew": .flag])

    @Test(arguments: [
        #"{"id":"a","tags":[]}"#, #"{"id":"a","tags":["x","y"],"count":3,"isNew":true}"#, #"{"id":"a","tags":[],"count":null}"#,
        #"{"id":"a","tags":[],"extensions":{"a":[1]}}"#,
    ]) func declaredMembersAreRead(text: String) throws {
        #expect(try Self.shape.decode(Data(text.utf8), as: Credential.self).id == "a")
    }

    @Test(
        "C01 a member nobody asked for is refused", arguments: [#"{"id":"a","tags":[],"role":"owner"}"#, #"{"id":"a","tags":[],"Id":"b"}"#])
    func unknownMembersAreRefused(text: String) {
        #expect(throws: Problem.unknownField) { try Self.shape.decode(Data(text.utf8), as: Credential.self) }
    }

    @Test(arguments: [
        "", "[]", "3", "{", #"{"id":"a"}"#, #"{"id":"abcdef","tags":[]}"#, #"{"id":7,"tags":[]}"#, #"{"id":"a","tags":["x","y","z"]}"#,
        #"{"id":"a","tags":[["x"]]}"#, #"{"id":"a","tags":[],"count":true}"#, #"{"id":"a","tags":[],"isNew":1}"#, #"{"id":null,"tags":[]}"#,
        #"{"id":"a","tags":[],"extensions":{"a":{"b":{"c":1}}}}"#, #"{"id":"a","tags":[],"count":1.5}"#,
    ]) func otherShapesAreMalformed(text: String) {
        #expect(throws: Problem.malformed) { try Self.shape.decode(Data(text.utf8), as: Credential.self) }
    }
}
