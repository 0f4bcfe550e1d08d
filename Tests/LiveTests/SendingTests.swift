import TestKit
import Testing
import Vocabulary

@testable import Web

private struct Wave: Encodable, Sendable {
    let type = "wave"
    let number: Int
}

@Suite struct SendingTests {
    @Test func aTransientEventReachesEveryTabOfItsPeopleOnEveryNodeAndNobodyElse() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let (here, there) = (try await LiveNode.start(plan), try await LiveNode.start(plan))
        let invited = [
            try await here.enter("Ana"), try await here.enter("Ana"), try await there.enter("Ana"), try await there.enter("Ben"),
        ]
        let eve = try await here.enter("Eve")
        for number in 0..<200 { here.link.send(Wave(number: number), to: [PersonID(named: "Ana"), PersonID(named: "Ben")]) }
        for browser in invited {
            for number in 0..<200 { #expect(try await browser.next("wave").text == #"{"number":\#(number),"type":"wave"}"#) }
        }
        eve.command("ping")
        _ = try await eve.next("ack")
        #expect(!eve.waiting.contains { $0.type == "wave" })
        try await here.stop()
        try await there.stop()
    }

    @Test func anEventForOneConnectionFindsItOnItsNode() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let (here, there) = (try await LiveNode.start(plan), try await LiveNode.start(plan))
        let phone = try await there.open("Ana")
        let tab = try await there.enter("Ana")
        let id = try #require(try await phone.greet().connection.flatMap(ConnectionID.init))
        here.link.send(Wave(number: 1), toConnection: id)
        there.link.send(Wave(number: 2), toConnection: id)
        _ = try await phone.next { $0.text.contains("\"number\":1") || $0.text.contains("\"number\":2") }
        _ = try await phone.next { $0.type == "wave" }
        tab.command("ping")
        _ = try await tab.next("ack")
        #expect(!tab.waiting.contains { $0.type == "wave" })
        phone.vanish()
        try await Eventually.holds { there.link.connectionCount == 1 }
        here.link.send(Wave(number: 3), toConnection: id)
        try await here.stop()
        try await there.stop()
    }

    @Test func whoeverIsSignedOutOnOneNodeIsSignedOutOnAll() async throws {
        let plan = try await LiveNode.Plan.fresh(on: .sqlite)
        let (here, there) = (try await LiveNode.start(plan), try await LiveNode.start(plan))
        let (tab, phone) = (try await here.enter("Ana"), try await there.enter("Ana"))
        here.link.disconnect(PersonID(named: "Ana"), session: nil, because: .signedOut)
        for device in [tab, phone] { #expect(try await device.closeCode() == 4001) }
        try await here.stop()
        try await there.stop()
    }
}
