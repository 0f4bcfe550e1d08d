import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Desk

/// The disk is full while people talk.
@Suite(.enabled(if: SmallDisk.isPossible, "mounting a small file system needs root"), .timeLimit(.minutes(3))) struct FullDiskChatTests {
    private struct Words: Decodable {
        let text: String
    }

    @Test(
        "Complaint 19: on a full disk what is said is refused as not possible now, nothing acknowledged is lost, and it goes on without a restart"
    )
    func messages() async throws {
        let disk = try await SmallDisk(megabytes: 32, ballast: 4)
        let shop = try await Shop.open { $0.set(\.dataDirectory, to: disk.path + "/data") }
        try await refuseAndRecover(shop, disk)
    }

    @Test("the same where PostgreSQL has the full disk", .enabled(if: PostgresServer.programs != nil))
    func messagesInPostgres() async throws {
        let disk = try await SmallDisk(megabytes: 64, ballast: 12)
        let server = try await PostgresServer(tablesOn: disk.path)
        let shop = try await Shop.open { $0.set(\.databaseURL, to: server.url) }
        try await refuseAndRecover(shop, disk)
        await server.kill9()
    }

    private func refuseAndRecover(_ shop: Shop, _ disk: SmallDisk) async throws {
        let cleo = try await shop.visitor("0 before the disk was full")
        let stream = "conversation/\(cleo.conversation)"
        let page = try await shop.page(of: cleo, from: [stream: 0])
        try disk.fill()
        var said = ["0 before the disk was full"]
        var refused: (id: String, text: String, answer: LiveMessage)?
        // Room that the database has already is used first.
        for number in 1...350 where refused == nil {
            let (id, text) = (UUID().uuidString.lowercased(), "\(number) " + String(repeating: "a", count: 7900))
            page.command("message.send", id: id, cleo.saying(text))
            let answer = try await page.next { $0.id == id && ["ack", "refused"].contains($0.type) }
            if answer.type == "ack" { said.append(text) } else { refused = (id, text, answer) }
        }
        let last = try #require(refused, "the disk was never full")
        #expect(last.answer.problem?.type == "urn:sotto:problem.unavailable" && last.answer.text.contains(#""status":503"#))
        // Reading goes on, and whoever begins now is told the same.
        _ = try await page.asked("conversation.open", cleo.wish)
        let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"\#(String(repeating: "b", count: 7900))"}"#
        let beginning = try await TestBrowser(shop.house).post("/widget/\(shop.site.key)/enquiries", json: json)
        #expect(beginning.status == 503 || beginning.status == 200, "\(beginning.status)")

        try disk.makeRoom()
        page.command("message.send", id: last.id, cleo.saying(last.text))
        #expect(
            try await page.next { $0.id == last.id && ["ack", "refused"].contains($0.type) }.type == "ack", "sent again, as the page does")
        said.append(last.text)
        let next = try await shop.visitor("another")
        #expect(!next.token.isEmpty)

        let id = try #require(ConversationID(cleo.conversation))
        let streams = shop.house.house.desk.ground.streams
        let events = try await streams.latest(StreamID(Conversations.stream, about: id), before: nil, limit: 500)
            .filter { $0.kind == "message.sent" }
        let bodies = try await streams.bodies(of: events)
        let texts = try bodies.map { try JSONDecoder().decode(Words.self, from: Data(try #require($0).utf8)).text }
        #expect(texts.reversed() == said, "each once, in the order in which it was acknowledged")
        try await shop.house.stop()
    }
}
