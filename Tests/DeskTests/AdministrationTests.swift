import Conversations
import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Desk

/// An owner sets up what a site says by itself, what it asks, for whom it vouches, and what agents can do.
@Suite(.timeLimit(.minutes(3))) struct AdministrationTests {
    private struct Office {
        let shop: Shop
        let hugo: TestBrowser
        var pages: String { "/desk/administration/sites/\(shop.site.id)" }

        func settings() async throws -> SupportSite.Settings {
            try #require(try await shop.house.house.stores.data.read { try $0.supportSite(key: shop.site.key) }).settings
        }
    }

    private func office(on engine: Engine) async throws -> Office {
        let shop = try await Shop.open(on: engine)
        let hugo = try await Resident.own(shop.house)
        try await hugo.enrolSecondFactor(at: SystemClock().now.milliseconds / 1000)
        return Office(shop: shop, hugo: hugo.browser)
    }

    @Test("Invitations are added, put in order, changed and removed; a mistake keeps what was typed", arguments: Engine.all)
    func invitations(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let (hugo, path) = (office.hugo, office.pages + "/invitations")
        func form(_ english: String, path: String = "/cart*", seconds: String = "30") -> [(String, String)] {
            [("words-en", english), ("words-ar", "مرحبا"), ("path", path), ("seconds", seconds), ("pages", "2"), ("needsAgent", "on")]
        }
        let wrong = try await hugo.post(path, form("", path: "cart", seconds: "soon").filter { $0.0 != "words-ar" })
        #expect(wrong.status == 422)
        for kept in ["value=\"cart\"", "value=\"soon\"", "Please write the words", "A path begins with /", "from 0 to 3600"] {
            #expect(wrong.text.contains(kept), "\(kept)")
        }
        for words in ["First", "Second", "Third"] { #expect(try await hugo.post(path, form(words)).status == 303) }
        let twice = try await hugo.post(path, form("Third"))
        #expect(twice.status == 422 && twice.text.contains("There is one like this already") && twice.text.contains("value=\"Third\""))
        let third = try #require(try await office.settings().invitations.last)
        #expect(third.words == ["en": "Third", "ar": "مرحبا"] && third.path == "/cart*" && third.seconds == 30 && third.pages == 2)
        #expect(try await hugo.post("\(path)/\(third.fingerprint)/up", []).status == 303)
        #expect(try await office.settings().invitations.map { $0.words["en"] } == ["First", "Third", "Second"])
        #expect(try await hugo.get("\(path)/\(third.fingerprint)").text.contains("value=\"Third\""))
        #expect(try await hugo.post("\(path)/\(third.fingerprint)", form("Third, changed")).status == 303)
        let stale = try await hugo.post("\(path)/\(third.fingerprint)", form("Third, too late"))
        #expect(stale.status == 422 && stale.text.contains("meanwhile") && stale.text.contains("value=\"Third, too late\""))
        #expect(stale.text.contains("action=\"\(path)\""), "it can be added anew")
        let first = try #require(try await office.settings().invitations.first)
        #expect(try await hugo.post("\(path)/\(first.fingerprint)/remove", []).status == 303)
        #expect(try await office.settings().invitations.map { $0.words["en"] } == ["Third, changed", "Second"])
        let shown = try await TestBrowser(office.shop.house).get("/widget/\(office.shop.site.key)/invitations.js").text
        #expect(shown.contains("Third, changed"), "the widget has them at once")
        #expect(try await hugo.get("/desk/administration/invitations").location == path, "with one site nothing is asked")
        try await office.shop.house.stop()
    }

    @Test("The first site brings a queue that is called by what waits there, not as the site")
    func firstQueue() async throws {
        let house = try await TestHouse(try await TestHouse.settings())
        let hugo = try await Resident.own(house)
        try await hugo.enrolSecondFactor(at: SystemClock().now.milliseconds / 1000)
        for name in ["Chart House", "Lighthouse"] {
            #expect(try await hugo.browser.post("/desk/administration/sites", [("name", name)]).status == 303)
        }
        #expect(try await house.house.stores.data.read { try $0.queues() }.map(\.name) == ["General questions"])
        try await house.stop()
    }

    @Test("Every page of the desk marks it in the navigation, and its first page as the page that is open")
    func whereOneIs() async throws {
        let office = try await office(on: .sqlite)
        let pages = ["wallboard", "reports", "words", "administration", "administration/queues"].map { "/desk/\($0)" }
        for (path, mark) in [("/desk", "page")] + pages.map({ ($0, "true") }) {
            #expect(try await office.hugo.get(path).text.contains("<a href=\"/desk\" aria-current=\"\(mark)\">"), "\(path)")
        }
        let members = try await office.hugo.get("/administration/registration").text
        #expect(members.contains("class=\"menu-item\" href=\"/administration\" aria-current=\"true\""))
        #expect(members.contains("popovertarget=\"account-menu\" aria-current=\"true\""), "the menu that holds it is marked, too")
        try await office.shop.house.stop()
    }

    @Test("Questions keep their name when their words change, and answers to choose from belong together", arguments: Engine.all)
    func questions(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let (hugo, path) = (office.hugo, office.pages + "/questions")
        #expect(try await office.settings().questions.map(\.key) == ["name", "email"])
        let name = try await hugo.post(path, [("kind", "name")])
        #expect(name.status == 422 && name.text.contains("There is one like this already"))
        #expect(try await hugo.post(path, [("kind", "line")]).text.contains("Please write the question"))
        let choice = [("kind", "choice"), ("isRequired", "on"), ("label-en", "Which shop?"), ("options-en", "Harbour\nStation")]
        let uneven = try await hugo.post(path, choice + [("options-fr", "Port")])
        #expect(uneven.status == 422 && uneven.text.contains("Please write 2 lines here") && uneven.text.contains("Harbour\nStation"))
        #expect(try await hugo.post(path, choice + [("options-fr", "Port\nGare")]).status == 303)
        let question = try #require(try await office.settings().questions.last)
        #expect(question.key == "Which shop?" && question.isRequired)
        #expect(question.options == [["en": "Harbour", "fr": "Port"], ["en": "Station", "fr": "Gare"]])
        let changed = choice.filter { $0.0 != "label-en" } + [("label-en", "Which of our shops?")]
        #expect(try await hugo.post("\(path)/\(question.fingerprint)", changed).status == 303)
        let after = try #require(try await office.settings().questions.last)
        #expect(after.key == "Which shop?" && after.label == ["en": "Which of our shops?"])
        let window = try await TestBrowser(office.shop.house).get("/widget/\(office.shop.site.key)").text
        #expect(window.contains("Which of our shops?") && window.contains("Station"))
        #expect(try await hugo.post("\(path)/\(after.fingerprint)/up", []).status == 303)
        #expect(try await office.settings().questions.map(\.key) == ["name", "Which shop?", "email"])
        try await office.shop.house.stop()
    }

    @Test("An identity secret is shown once, counts beside the next, and can be withdrawn without ever coming back", arguments: Engine.all)
    func identity(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let (hugo, path, desk) = (office.hugo, office.pages + "/identity", office.shop.house.house.desk)
        func counting() async throws -> [String] {
            let key = office.shop.site.key
            let site = try #require(try await office.shop.house.house.stores.data.read { try $0.supportSite(key: key) })
            return desk.identitySecrets(of: site).map(\.value)
        }
        func make() async throws -> String {
            try #require(try await hugo.post(path, []).text.text(after: "id=\"fresh-secret\" readonly value=\"", before: "\""))
        }
        #expect(try await hugo.get(path).text.contains("No secret counts"))
        let first = try await make()
        #expect(try await !hugo.get(path).text.contains(first))
        let second = try await make()
        #expect(try await counting() == [second, first])
        #expect(try await hugo.post(path + "/drop", []).status == 303)
        #expect(try await counting() == [second])
        #expect(try await hugo.post(path + "/withdraw", []).status == 303)
        #expect(try await counting().isEmpty)
        let third = try await make()
        #expect(try await counting() == [third], "what was withdrawn does not come back with the next")
        #expect(Set([first, second, third]).count == 3)
        try await office.shop.house.stop()
    }

    @Test("Skills, languages and patience are set on pages, and a mistake keeps what was typed", arguments: Engine.all)
    func skills(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let hugo = office.hugo
        let path = "/desk/administration/skills/\(office.shop.agents[0].person)"
        #expect(try await hugo.get("/desk/administration/skills").text.contains("No skills named"))
        let wrong = try await hugo.post(path, [("skills", "returns 30"), ("languages", "french"), ("messages", "8"), ("calls", "1")])
        #expect(wrong.status == 422 && wrong.text.contains("value=\"returns 30\"") && wrong.text.contains("value=\"french\""))
        #expect(
            try await hugo.post(path, [("skills", "Returns 3، billing"), ("languages", "fr, ar"), ("messages", "2"), ("calls", "0")]).status
                == 303)
        let person = office.shop.agents[0].person
        let abilities = try await office.shop.house.house.stores.data.read { try $0.abilities(of: person) }
        #expect(abilities == Abilities(skills: ["returns": 3, "billing": 1], languages: ["fr", "ar"], messages: 2, calls: 0))
        let rules = "/desk/administration/queues/\(office.shop.queue.id)/rules"
        let asked = [
            ("mode", "automatic"), ("offerSeconds", "20"), ("serviceSeconds", "60"), ("stickySeconds", "45"), ("zone", "UTC"),
            ("skills", "returns 2"), ("languages", "fr"),
        ]
        #expect(try await hugo.post(rules, asked).status == 303)
        let queue = office.shop.queue.id
        let kept = try await office.shop.house.house.stores.data.read { try $0.rules(of: queue) }
        #expect(kept.skills == ["returns": 2] && kept.languages == ["fr"] && kept.stickySeconds == 45)
        let overview = try await hugo.get("/desk/administration/skills").text
        #expect(overview.contains("returns 2") && overview.contains("billing 1, returns 3"))
        try await office.shop.house.stop()
    }

    @Test("Whether visitors may send files is a box on the site's page", arguments: Engine.all)
    func files(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let ticked = #"name="takesFiles" value="on" checked"#
        #expect(try await office.hugo.get(office.pages).text.contains(ticked))
        let form = [
            ("name", "Harbour Books"), ("queue", office.shop.queue.id.description), ("accent", "#1f6f5c"), ("side", "right"),
            ("keepDays", "90"),
        ]
        #expect(try await office.hugo.post(office.pages, form).status == 303)
        #expect(try await !office.settings().takesFiles)
        #expect(try await !office.hugo.get(office.pages).text.contains(ticked))
        #expect(try await office.hugo.post(office.pages, form + [("takesFiles", "on")]).status == 303)
        #expect(try await office.settings().takesFiles)
        try await office.shop.house.stop()
    }

    @Test("What a visitor chooses as the topic leads to the queue that the administrator gave it", arguments: Engine.all)
    func topics(on engine: Engine) async throws {
        let office = try await office(on: engine)
        let (hugo, path, data) = (office.hugo, office.pages + "/questions", office.shop.house.house.stores.data)
        let now = SystemClock().now
        let returns = Queue(id: .init(at: now), name: "Returns")
        let topic = [("kind", "topic"), ("options-en", "Delivery\nReturns"), ("options-fr", "Livraison\nRetours")]
        #expect(try await hugo.post(path, topic).status == 303)
        let first = try #require(try await office.settings().questions.last)
        #expect(first.key == "topic" && first.kind == .choice && first.queues.isEmpty)
        #expect(
            try await !hugo.get("\(path)/\(first.fingerprint)").text.contains("name=\"queue-1\""), "with one queue nothing is to be chosen")
        try await data.write { transaction in try transaction.add(returns, at: now) }
        #expect(try await hugo.get("\(path)/\(first.fingerprint)").text.contains("name=\"queue-1\""))
        let leading = topic + [("queue-0", "own"), ("queue-1", returns.id.description)]
        #expect(try await hugo.post("\(path)/\(first.fingerprint)", leading).status == 303)
        let question = try #require(try await office.settings().questions.last)
        #expect(question.queues == ["Returns": returns.id])
        let page = try await hugo.get("\(path)/\(question.fingerprint)").text
        #expect(page.contains("value=\"\(returns.id)\" selected"), "it is shown as it was chosen")
        #expect(try await hugo.get(path).text.contains("Returns · Returns"))
        let window = try await TestBrowser(office.shop.house).get("/widget/\(office.shop.site.key)?language=fr").text
        #expect(window.contains("<option value=\"Returns\">Retours</option>"), "visitors choose in their language")

        let dan = try await office.shop.page(of: office.shop.agents[0])
        let desk = office.shop.house.house.desk
        try await Eventually.holds { try await desk.isStaffed(office.shop.queue.id) }
        func asks(_ topic: String) async throws -> Enquiry {
            let json = #"{"id":"\#(UUID().uuidString.lowercased())","text":"Hello","card":{"answers":{"topic":"\#(topic)"}}}"#
            let caller: Shop.Caller = try await TestBrowser(office.shop.house).post("/widget/\(office.shop.site.key)/enquiries", json: json)
                .json()
            let id = try #require(ConversationID(caller.conversation))
            return try #require(try await data.read { try $0.enquiry(id) })
        }
        let (delivery, made, other) = (try await asks("Delivery"), try await asks("Made up"), try await asks("Returns"))
        #expect(delivery.queue == office.shop.queue.id && made.queue == office.shop.queue.id)
        #expect(other.queue == returns.id)
        #expect(delivery.channel == .chat && other.channel == .message, "nobody of that queue is there")
        #expect(try await dan.answered("enquiry.open", #""conversation":"\#(other.conversation)""#).type == "refused")
        try await office.shop.house.stop()
    }
}
