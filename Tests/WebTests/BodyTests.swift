import HTTPTypes
import Hummingbird
import Synchronization
import TestKit
import Testing
import Web

@Suite struct BodyTests {
    private static func stage() -> Stage {
        Stage([
            Route(.post, "/words", .everyone, bodyLimit: 100, purpose: "Test.") { request, _ in
                .json(["size": try await request.wholeBody().count])
            },
            Route(.get, "/never", .everyone, purpose: "Test.") { _, _ in
                for await _ in AsyncStream<Never>.makeStream().stream {}
                return Response(status: .ok)
            },
        ])
    }

    private static func post(_ count: Int, _ headers: HTTPFields = [:], settings: Mount.Settings = .init()) async throws
        -> TestBrowser.Answer
    {
        var stage = stage()
        stage.settings = settings
        return try await TestServer.run(stage) { server in
            var all: HTTPFields = [.origin: server.origin, .accept: "application/json"]
            for field in headers { all.append(field) }
            return try await TestBrowser(server).send(.post, "/words", all, body: .init(repeating: 0x61, count: count))
        }
    }

    @Test(arguments: [(0, 200), (99, 200), (100, 200), (101, 413), (1_000_000, 413)]) func theLimitIsExact(size: Int, status: Int)
        async throws
    {
        let answer = try await Self.post(size)
        #expect(answer.status == status)
        if status == 200 { #expect(answer.text == "{\"size\":\(size)}") }
    }

    @Test(arguments: [(100, 200), (101, 413), (500_000, 413)]) func theLimitHoldsForBodiesOfUnknownLength(size: Int, status: Int)
        async throws
    {
        #expect(try await Self.post(size, [.transferEncoding: "chunked"]).status == status)
    }

    @Test func aBodyThatNeverEndsIsNotWaitedFor() async throws {
        var settings = Mount.Settings()
        settings.bodyDeadline = .milliseconds(50)
        let answer = try await Self.post(5, [.contentLength: "10"], settings: settings)
        #expect(answer.status == 408)
        #expect(answer.headers[.connection] == "close")
    }

    @Test func anAnswerThatNeverComesIsGivenUp() async throws {
        var stage = Self.stage()
        stage.settings.answerDeadline = .milliseconds(50)
        let answer = try await TestServer.run(stage) { try await TestBrowser($0).get("/never") }
        #expect(answer.status == 503)
        #expect(answer.headers[.retryAfter] == "5")
    }

    @Test func aHandlerThatCannotBeStoppedHoldsUpNobody() async throws {
        let stuck = Mutex<CheckedContinuation<Void, Never>?>(nil)
        var stage = Stage([
            Route(.get, "/stuck", .everyone, purpose: "Test.") { _, _ in
                await withCheckedContinuation { continuation in stuck.withLock { $0 = continuation } }
                return Response(status: .ok)
            }
        ])
        stage.settings.answerDeadline = .milliseconds(50)
        let answer = try await TestServer.run(stage) { try await TestBrowser($0).get("/stuck") }
        #expect(answer.status == 503)
        stuck.withLock { $0 }?.resume()
    }
}
