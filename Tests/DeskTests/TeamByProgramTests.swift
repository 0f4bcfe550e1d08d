import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// What administrators set up for the team, a program does with a token: who answers, skills, rules, hours; and it finds what was said.
@Suite(.timeLimit(.minutes(3))) struct TeamByProgramTests {
    private struct AgentAnswer: Decodable {
        let person: String
        let status: String
        let capacity: Int
        let queues: [String]
        let conversations: Int
        let skills: [String: Int]?
        let languages: [String]?
    }

    private struct Page<Item: Decodable>: Decodable {
        let items: [Item]
        let next: String?
    }

    private struct Place: Decodable {
        let enquiry: String
        let sequence: Int
        let state: String
    }

    private struct Skill: Decodable {
        let name: String
        let agents: [String: Int]
        let queues: [String: Int]
    }

    @Test("a program finds where words were said, page by page, and never the words", arguments: Engine.all)
    func finds(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readConversations])
        let stranger = try await shop.program("Stranger", [.readSites])
        var callers: [Shop.Caller] = []
        for number in 1...23 { callers.append(try await shop.visitor("The lantern number \(number) flickers")) }
        _ = try await shop.visitor("Where is my order?")
        let first: Page<Place> = try await clerk.post("/search", #"{"text":"lant"}"#).json()
        #expect(first.items.count == 20 && first.items.first?.enquiry == callers.last?.conversation, "latest first")
        let cursor = try #require(first.next)
        let answer = try await clerk.post("/search", #"{"text":"lant","cursor":"\#(cursor)"}"#)
        let second: Page<Place> = try answer.json()
        #expect(second.items.count == 3 && second.next == nil)
        #expect(Set((first.items + second.items).map(\.enquiry)) == Set(callers.map(\.conversation)))
        let place = try #require(second.items.last)
        #expect(try await shop.count("staff_read") == 0, "nothing was read yet")
        let read = try await clerk.get("/enquiries/\(place.enquiry)/messages?cursor=\(place.sequence - 1)&limit=1").text
        #expect(read.contains("lantern") && !answer.text.contains("lantern"))
        #expect(try await shop.count("staff_read") == 1)
        #expect(try await !clerk.post("/search", #"{"text":"lantern flickers"}"#).text.contains("flickers"), "not in those it is in either")
        #expect(try await clerk.post("/search", #"{"text":"?!"}"#).status == 422, "nothing to look for")
        #expect(try await clerk.post("/search", #"{"text":"lantern","cursor":"first"}"#).status == 422)
        #expect(try await stranger.post("/search", #"{"text":"lantern"}"#).status == 403)
        try await shop.house.stop()
    }

    @Test("a program says who answers where, what they can do, and whether they are there", arguments: Engine.all)
    func agents(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let planner = try await shop.program("Planner", [.readSites, .writeSites, .writeAgents])
        let clerk = try await shop.program("Clerk", [.readSites, .writeSites])
        let (dan, eve) = (shop.agents[0].person, shop.agents[1].person)
        let path = "/agents/\(dan)"
        #expect(try await clerk.send(.put, path, #"{"capacity":2}"#).status == 403, "another scope")
        let page = try await shop.page(of: shop.agents[0])
        let away: AgentAnswer = try await planner.send(.put, path + "/status", #"{"status":"away"}"#).json()
        #expect(away.status == "away" && away.capacity == 4 && away.queues == [shop.queue.id.description])
        _ = try await page.next("agent.status")
        #expect(try await planner.send(.put, path + "/status", #"{"status":"asleep"}"#).status == 422)
        let able: AgentAnswer = try await planner.send(
            .put, path, #"{"capacity":2,"skills":{"Billing":3,"late parcels":1},"languages":["en","fr"]}"#
        ).json()
        #expect(able.capacity == 2 && able.skills == ["billing": 3, "late parcels": 1] && able.languages == ["en", "fr"])
        #expect(able.status == "away", "what is not named stays")
        #expect(try await planner.send(.put, path, #"{"capacity":51}"#).status == 422)
        #expect(try await planner.send(.put, path, #"{"skills":{"a, b":1}}"#).status == 422, "the page could not show it")
        #expect(try await planner.send(.put, path, #"{"skills":{"billing":11}}"#).status == 422)
        #expect(try await planner.send(.put, "/agents/\(shop.queue.id)", #"{"capacity":2}"#).status == 404)
        let skills: Page<Skill> = try await planner.get("/skills").json()
        #expect(skills.items.map(\.name) == ["billing", "late parcels"] && skills.items[0].agents == [dan.description: 3])

        struct Named: Decodable { let id: String }
        let queue: Named = try await planner.post("/queues", #"{"name":"Returns"}"#).json()
        #expect(try await planner.send(.put, "/queues/\(queue.id)", #"{"name":"Orders"}"#).status == 409, "that name is another's")
        #expect(try await planner.send(.put, "/queues/\(queue.id)", #"{"name":"Sent back"}"#).text.contains(#""keepsTranscript":true"#))
        let joined: AgentAnswer = try await planner.post("/queues/\(queue.id)/agents", #"{"agent":"\#(eve)"}"#).json()
        #expect(Set(joined.queues) == [queue.id, shop.queue.id.description] && joined.capacity == 4)
        #expect(
            try await planner.post("/queues/\(queue.id)/agents", #"{"email":"nobody@example.org"}"#).status == 409,
            "programs appoint nobody")
        #expect(try await planner.post("/queues/\(queue.id)/agents", "{}").status == 422)
        #expect(try await planner.send(.delete, "/queues/\(queue.id)/agents/\(eve)", "").status == 204)
        #expect(try await planner.send(.delete, "/queues/\(queue.id)/agents/\(eve)", "").status == 404)
        #expect(try await planner.get("/agents/\(eve)").json(AgentAnswer.self).queues == [shop.queue.id.description])
        try await shop.house.stop()
    }

    @Test("a program sets a queue's rules and hours, which the page then shows", arguments: Engine.all)
    func rules(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let planner = try await shop.program("Planner", [.readSites, .writeSites])
        let path = "/queues/\(shop.queue.id)"
        let wish = #"""
            {"mode":"automatic","offerSeconds":30,"skills":{"billing":2},"languages":["en"],"matchesLanguage":true,
             "rings":[{"after":20,"easing":1},{"after":50,"easing":3,"anyLanguage":true}],"overflow":{"after":300}}
            """#
        let put = try await planner.send(.put, path + "/rules", wish)
        let got = try await planner.get(path + "/rules")
        #expect(put.status == 200 && put.text == got.text)
        let rules = try await shop.house.house.stores.data.read { try $0.rules(of: shop.queue.id) }
        #expect(rules.mode == .automatic && rules.offerSeconds == 30 && rules.skills == ["billing": 2] && rules.rings.count == 2)
        #expect(rules.overflow == .init(after: 300, queue: nil) && rules.rings[1].anyLanguage)
        #expect(try await planner.send(.put, path + "/rules", got.text).text == got.text, "what was read can be sent")
        for refused in [
            #"{"mode":"automatic","offerSeconds":1}"#, #"{"mode":"never"}"#, #"{"offerSeconds":30}"#,
            #"{"mode":"manual","overflow":{"after":300,"queue":"\#(shop.queue.id)"}}"#, #"{"mode":"manual","skills":{"a, b":1}}"#,
        ] {
            #expect(try await planner.send(.put, path + "/rules", refused).status == 422, "\(refused)")
        }
        let hours = #"""
            {"timeZone":"Europe/Paris","week":[[{"from":"9:00","to":"12:00"},{"from":"13:00","to":"17:30"}],[],[],[],[],[],[]],
             "holidays":["12-25"],"exceptions":{"2026-12-24":[{"from":"09:00","to":"12:00"}]}}
            """#
        let open = try await planner.send(.put, path + "/hours", hours)
        #expect(open.status == 200 && open.text.contains(#"{"from":"13:00","to":"17:30"}"#))
        let kept = try await shop.house.house.stores.data.read { try $0.rules(of: shop.queue.id) }
        #expect(kept.hours.week.first == [.init(540, 720), .init(780, 1050)] && kept.hours.holidays == ["12-25"])
        #expect(kept.offerSeconds == 30, "the rules stay")
        for refused in [
            #"{"timeZone":"Europe/Atlantis"}"#, #"{"timeZone":"UTC","week":[[]]}"#, #"{"timeZone":"UTC","holidays":["13-45"]}"#,
            #"{"timeZone":"UTC","week":[[{"from":"12:00","to":"9:00"}],[],[],[],[],[],[]]}"#,
            #"{"timeZone":"UTC","week":[[],[],[],[],[],[],[]]}"#,
        ] {
            #expect(try await planner.send(.put, path + "/hours", refused).status == 422, "\(refused)")
        }
        try await shop.house.stop()
    }

    @Test("every example of the document is what its operation takes")
    func examples() async throws {
        let shop = try await Shop.open()
        let shown = shop.house.house.desk.operations.filter { $0.example != nil }
        #expect(shown.count >= 5)
        for operation in shown {
            let (schema, example) = (try #require(operation.request), try #require(operation.example))
            #expect(schema.accepts(example), "\(operation.name)")
        }
        try await shop.house.stop()
    }
}
