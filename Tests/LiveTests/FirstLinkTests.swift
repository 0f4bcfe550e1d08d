import TestKit
import Testing
import Vocabulary

@testable import Web

@Suite struct FirstLinkTests {
    @Test func aMemberIsWelcomedAndToldWhereTheirNoticesAre() async throws {
        let node = try await LiveNode.start(.fresh(on: .sqlite))
        let ana = try await node.open("Ana")
        let welcome = try await ana.greet()
        #expect(welcome.streams == ["notices": 0])
        #expect(welcome.connection != nil)
        ana.command("ping", id: "00000000-0000-4000-8000-000000000001")
        let ack = try await ana.next("ack")
        #expect(ack.id == "00000000-0000-4000-8000-000000000001")
        ana.close()
        #expect(try await ana.closeCode() == 1000)
        try await node.stop()
    }
}
