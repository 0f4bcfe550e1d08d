import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Web

@Suite struct UploadTests {
    private static let form = Form("/picture", [.file("picture", maximum: 1000), .line("note", isRequired: false)])

    /// What a browser sends for these parts.
    static func body(_ parts: [(head: String, content: [UInt8])], boundary: String = "X") -> [UInt8] {
        parts.flatMap { Array("--\(boundary)\r\n\($0.head)\r\n\r\n".utf8) + $0.content + Array("\r\n".utf8) }
            + Array("--\(boundary)--\r\n".utf8)
    }

    private static func file(_ content: [UInt8], name: String = "picture") -> (head: String, content: [UInt8]) {
        ("Content-Disposition: form-data; name=\"\(name)\"; filename=\"a.png\"\r\nContent-Type: image/png", content)
    }

    private static func post(_ body: [UInt8], type: String = "multipart/form-data; boundary=X") async throws -> (Int, String) {
        let stage = Stage([
            Route(.post, "/picture", .everyone, bodyLimit: 10_000, purpose: "Test.") { request, _ in
                let filled = try await form.read(request)
                return .json(["size": filled.file("picture")?.count ?? -1, "accepted": filled.isAccepted ? 1 : 0])
            }
        ])
        return try await TestServer.run(stage) { server in
            let headers: HTTPFields = [.origin: server.origin, .contentType: type]
            let answer = try await TestBrowser(server).send(.post, "/picture", headers, body: body)
            return (answer.status, answer.text)
        }
    }

    @Test func aPictureArrivesByteForByte() throws {
        let content = Array(0...255) + Array("\r\n--\r\n--Y\r\n\r\n--".utf8)
        let parts = try MultipartDecoder.parts(Self.body([Self.file(content)]), boundary: "X", limit: 5)
        #expect(parts.map(\.name) == ["picture"])
        #expect(parts.first?.isFile == true)
        #expect(parts.first?.content == content)
    }

    @Test(arguments: [(1000, 1), (1001, 0), (0, 0)]) func theLimitIsExact(size: Int, accepted: Int) async throws {
        let (status, text) = try await Self.post(Self.body([Self.file(.init(repeating: 7, count: size))]))
        #expect(status == 200)
        #expect(text.contains("\"accepted\":\(accepted)"))
    }

    @Test func unknownAndRepeatedPartsAreRefused() async throws {
        #expect(try await Self.post(Self.body([Self.file([1], name: "virus")])).0 == 400)
        #expect(try await Self.post(Self.body([Self.file([1]), Self.file([2])])).0 == 400)
        #expect(try await Self.post(Self.body([Self.file([1], name: "note")])).0 == 400)
        #expect(try await Self.post(Self.body([Self.file([1])]), type: "multipart/form-data").0 == 415)
    }

    @Test(arguments: [
        "", "--X", "--X--", "--X\r\n", "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "--Y\r\n\r\n\r\n--Y--", "x--X\r\n",
        "--X\r\nname=\"a\"\r\n\r\nx\r\n--X--", "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--X--", "--Xz\r\n\r\n\r\n--X--",
    ]) func damagedBodiesAreRefused(text: String) {
        // An empty form is one closing delimiter.
        let isEmptyForm = text == "--X--"
        #expect((try? MultipartDecoder.parts(Array(text.utf8), boundary: "X", limit: 5))?.count == (isEmptyForm ? 0 : nil))
    }

    @Test func tooManyPartsAreRefused() {
        let body = Self.body(Array(repeating: Self.file([1]), count: 6))
        #expect(throws: Problem.malformed) { try MultipartDecoder.parts(body, boundary: "X", limit: 5) }
    }
}
