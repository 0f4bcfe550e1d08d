import Accounts
import Calls
import Foundation
import Storage
import Vocabulary
import Web

/// A Sotto full of believable people in a folder that is thrown away at the end, so that a newcomer sees a living product in a minute.
struct Demo: Sendable {
    let folder: String
    /// Everybody's, made anew for each demo: there is no default password.
    let password: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "sotto-demo-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw PrivateFile.Failure(path: NSTemporaryDirectory(), number: errno) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        password = Self.newPassword()
    }

    /// The settings, turned to the throw-away folder.
    func settings(_ settings: Settings) -> Settings {
        var settings = settings
        settings.set(\.dataDirectory, to: folder + "/data")
        settings.set(\.rootKey, to: folder + "/root.key")
        settings.set(\.rootKeyCommand, to: "")
        settings.set(\.databaseURL, to: "")
        settings.set(\.keysURL, to: "")
        settings.set(\.natsURL, to: "")
        // Nobody in the demo exists: their mails stay here, to be looked at.
        settings.set(\.mailURL, to: "")
        settings.set(\.registration, to: .open)
        // How to sign in should not drown among notices of mails that are not sent.
        settings.set(\.logLevel, to: .warning)
        return settings
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Lets the people register, get to know each other, and have called and answered before.
    ///
    /// - Returns: the line of script of the shop.
    func fill(_ house: House, shop: DemoShopWindow) async throws -> String {
        var people: [String: PersonID] = [:]
        for person in DemoPerson.all { people[person.name] = try await register(person, in: house) }
        func id(_ person: DemoPerson) throws -> PersonID {
            guard let id = people[person.name] else { throw Failure("\(person.name) could not register.", code: .software) }
            return id
        }
        let (hugo, ana, ben, dan) = (try id(.hugo), try id(.ana), try id(.ben), try id(.dan))
        let (eve, finn, gita, ivy) = (try id(.eve), try id(.finn), try id(.gita), try id(.ivy))
        for (one, other) in [
            (ana, ben), (ana, hugo), (ana, eve), (ana, ivy), (ben, dan), (dan, eve), (dan, finn), (eve, finn), (finn, gita), (hugo, gita),
        ] {
            _ = try await house.people.ask(other, by: one, introduction: nil)
            try await house.people.accept(one, by: other)
        }
        _ = try await house.people.ask(ana, by: dan, introduction: "We met at the reading on Thursday.")
        _ = try await house.people.ask(ana, by: gita, introduction: "Shall we go through the privacy page together?")
        _ = try await house.people.ask(finn, by: ana, introduction: "Do you still have the atlas?")
        try await appoint([(finn, .supervisor), (gita, .privacyOfficer), (dan, .agent), (eve, .agent)], by: hugo, in: house)
        try await recall(
            house, [(ben, ana, 26, 18), (ana, ben, 49, 41), (hugo, ana, 30, nil), (dan, eve, 3, 4), (eve, ana, 5, nil), (finn, dan, 8, 12)])
        try await DemoMeetings(house: house).fill(ana: ana, finn: finn)
        let key = try await DemoShop(house: house).open(dan: dan, eve: eve, finn: finn, origin: shop.origin)
        return "<script async src=\"\(house.site.origin)/widget/\(key)/loader.js\"></script>"
    }

    // MARK: - What they do

    private func register(_ person: DemoPerson, in house: House) async throws -> PersonID? {
        let pass: Registration.Pass = try await house.accounts.hasOwner() ? .none : .owner(try await ownerToken(house))
        let visit = Visit(client: .init("demo"), device: DeviceLabel(userAgent: Self.browser), language: .english)
        _ = try await house.accounts.register(
            Registration(
                name: person.name, email: person.email, way: .password(password), age: person.age, visibility: person.visibility,
                isListed: person.isListed, pass: pass), from: visit)
        let id = try await house.accounts.members(matching: person.email, before: nil).members.first?.person
        if let id, !person.about.isEmpty { try await house.people.change(id, name: person.name, about: person.about) }
        return id
    }

    /// What their devices call themselves in notices and lists.
    private static let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    private func ownerToken(_ house: House) async throws -> BearerToken {
        let link = try await house.accounts.makeOwnerLink()
        guard let token = BearerToken(String(link.split(separator: "/").last ?? "")) else {
            throw Failure("The owner's link could not be read.", code: .software)
        }
        return token
    }

    private func appoint(_ roles: [(PersonID, Role)], by owner: PersonID, in house: House) async throws {
        let hugo = Principal.Member(person: owner, session: "demo", roles: [.owner, .member], name: Redacted(DemoPerson.hugo.name))
        for (person, role) in roles { try await house.accounts.appoint(person, as: role, by: hugo) }
    }

    /// Calls of the last days: who, whom, hours ago, minutes long (nil: missed).
    private func recall(_ house: House, _ calls: [(PersonID, PersonID, Int, Int?)]) async throws {
        for (caller, callee, hours, minutes) in calls {
            let began = house.clock.now - .hours(hours)
            let call = Call(id: ID(at: began), caller: caller, callee: callee, link: nil, state: .ringing, rungAt: began)
            try await house.stores.data.write { transaction in
                _ = try transaction.add(call, relayOnly: false)
                if let minutes {
                    _ = try transaction.take(.accept(by: callee), in: call.id, at: began + .seconds(9))
                    _ = try transaction.take(.hangUp(by: callee), in: call.id, at: began + .minutes(minutes))
                } else {
                    _ = try transaction.take(.giveUp, in: call.id, at: began + Call.patience)
                }
            }
        }
    }

    // MARK: - What is printed

    /// Who there is and how to sign in.
    ///
    /// - Parameter shop: where the invented shop's page is.
    func introduction(shop: String) -> String {
        let width = DemoPerson.all.map(\.email.count).max() ?? 0
        let lines = DemoPerson.all.map { person in
            "  \(person.email)\(String(repeating: " ", count: width - person.email.count))  \(person.part)"
        }
        return """
            This is a demo: its people are invented, and everything goes when it ends.
            Sign in as one of them, in another browser or a private window as another:
            \(lines.joined(separator: "\n"))
            Everybody's password, for this demo alone: \(password)
            The shop's page, with the window for its visitors: \(shop)
            Dan and Eve answer there; their inbox is at /desk.
            """
    }

    /// Four short words and a number: about 40 bits, easy to type on a telephone.
    private static func newPassword() -> String {
        let (first, second) = (Array("bdfghklmnprstvz"), Array("aeiou"))
        func word() -> String {
            String((0..<5).map { $0 % 2 == 0 ? first.randomElement() ?? "b" : second.randomElement() ?? "a" })
        }
        return "\(word())-\(word())-\(word())-\(Int.random(in: 10...99))"
    }
}
