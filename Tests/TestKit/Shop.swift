package import Accounts
package import Conversations
package import Desk
import Foundation
package import Server
package import Storage
package import Vocabulary
package import Web

/// Harbour Books: a house with a site, a queue, and people who answer.
package struct Shop: Sendable {
    package let house: TestHouse
    package let site: SupportSite
    package let queue: Queue
    package let agents: [Lodger]

    /// Opens the shop with agents of these names, in one queue, every one of them there.
    ///
    /// - Parameter change: what is different in the house's settings.
    package static func open(
        on engine: Engine = .sqlite, agents names: [String] = ["Dan", "Eve"], capacity: Int = 4, keepsTranscript: Bool = true,
        settings looks: SupportSite.Settings = .init(), clock: any WallClock = SystemClock(),
        house change: (inout Settings) -> Void = { _ in }
    ) async throws -> Shop {
        var settings = try await TestHouse.settings(on: engine)
        change(&settings)
        let lodgers = try await Lodgers.move(into: settings, names, contacts: [], clock: clock)
        let house = try await TestHouse(settings, clock: clock)
        let now = clock.now
        let queue = Queue(id: .init(at: now), name: "Orders", keepsTranscript: keepsTranscript)
        let site = SupportSite(id: .init(at: now), key: SupportSite.newKey(), name: "Harbour Books", queue: queue.id, settings: looks)
        try await house.house.stores.data.write { transaction in
            try transaction.add(queue, at: now)
            try transaction.add(site, at: now)
            for lodger in lodgers {
                try transaction.give(.agent, to: lodger.person)
                try transaction.put(Agent(person: lodger.person, status: .available, capacity: capacity, since: now))
                try transaction.put(lodger.person, into: queue.id)
            }
        }
        for lodger in lodgers { try await TestBrowser(house, as: lodger).enrolSecondFactor(at: now.milliseconds / 1000) }
        return Shop(house: house, site: site, queue: queue, agents: lodgers)
    }

    /// A visitor as the widget makes one: the first message, and the token it was answered with.
    package struct Caller: Sendable, Decodable {
        package let conversation: String
        package let token: String
    }

    package func visitor(_ text: String = "Where is my order?", id: String = UUID().uuidString.lowercased(), name: String = "Cleo")
        async throws
        -> Caller
    {
        let json = #"{"id":"\#(id)","text":"\#(text)","card":{"name":"\#(name)"}}"#
        let answer = try await TestBrowser(house).post("/widget/\(site.key)/enquiries", json: json)
        guard answer.status == 200 else { throw Resident.Trouble("no conversation: \(answer.status) \(answer.text)") }
        return try answer.json()
    }

    package var conversations: Conversations { house.house.conversations }
    package var database: Database { house.house.stores.data }

    /// A conversation that a visitor began, for tests of what lies below the pages.
    package func begun(_ text: String = "hello") async throws -> (id: ConversationID, visitor: PersonID) {
        guard let id = ConversationID(try await visitor(text).conversation), let enquiry = try await database.read({ try $0.enquiry(id) })
        else { throw Resident.Trouble("no conversation") }
        return (id, enquiry.visitor)
    }

    /// The visitor's page, welcomed.
    package func page(of caller: Caller, from positions: [String: Int] = [:]) async throws -> FakeBrowser {
        var address = FakeBrowser.Address(port: house.port, session: nil)
        address.origin = house.origin
        address.headers = [("Sec-WebSocket-Protocol", "sotto, bearer.\(caller.token)")]
        let browser = try await FakeBrowser.open(address)
        try await browser.greet(positions)
        return browser
    }

    /// An agent's page, welcomed.
    package func page(of agent: Lodger, from positions: [String: Int] = [:]) async throws -> FakeBrowser {
        var address = FakeBrowser.Address(port: house.port, session: agent.session)
        address.origin = house.origin
        let browser = try await FakeBrowser.open(address)
        try await browser.greet(positions)
        return browser
    }
}
