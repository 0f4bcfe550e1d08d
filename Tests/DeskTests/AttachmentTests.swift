import Conversations
import Foundation
import HTTPTypes
import Storage
import TestKit
import Testing
import Vocabulary
import Web

/// Files in conversations: handed over in pieces, looked at, sealed, opened by a link, and gone with what they belong to.
@Suite(.timeLimit(.minutes(5))) struct AttachmentTests {
    struct Upload: Decodable {
        let id: String
        let offset: Int
        let file: AttachmentSummary?
    }

    /// Somebody's way to hand files over.
    struct Sender {
        let shop: Shop
        let caller: Shop.Caller
        var browser: TestBrowser { TestBrowser(shop.house) }

        var headers: HTTPFields {
            [
                .authorization: "Bearer \(caller.token)", .accept: "application/json", .contentType: "application/octet-stream",
                .origin: shop.house.origin, .init("Sec-Fetch-Site")!: "same-origin",
            ]
        }

        func begin(_ name: String, _ bytes: Int) async throws -> TestBrowser.Answer {
            let json = #"{"conversation":"\#(caller.conversation)","name":"\#(name)","bytes":\#(bytes)}"#
            return try await browser.send(.post, "/attachments", headers, body: Array(json.utf8))
        }

        func piece(_ bytes: [UInt8], of id: String, at offset: Int) async throws -> TestBrowser.Answer {
            try await browser.send(.patch, "/attachments/\(id)?offset=\(offset)", headers, body: bytes)
        }

        /// Hands a whole file over; the last answer.
        func hand(_ bytes: [UInt8], named name: String) async throws -> (id: String, answer: TestBrowser.Answer) {
            let id = try await begin(name, bytes.count).json(Upload.self).id
            var answer: TestBrowser.Answer?
            for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
                answer = try await piece(Array(bytes[start..<min(start + 1 << 20, bytes.count)]), of: id, at: start)
            }
            return (id, try #require(answer))
        }
    }

    @Test("C14: a file arrives whole although the line broke, and opens for those in the conversation alone", arguments: Engine.all)
    func whole(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        let stream = "conversation/\(sender.caller.conversation)"
        let page = try await shop.page(of: sender.caller, from: [stream: 0])
        let dan = try await shop.page(of: shop.agents[0])
        let text = Array(String(repeating: "Qm7vTk2Wp9Zd line of a letter\n", count: 50_000).utf8)

        let id = try await sender.begin("../\u{202E}letter.txt", text.count).json(Upload.self).id
        #expect(try await sender.piece(Array(text[..<1_000_000]), of: id, at: 0).json(Upload.self).offset == 1_000_000)
        #expect(try await sender.piece(Array(text[..<1_000_000]), of: id, at: 0).status == 409, "sent again after a lost answer")
        let state = try await sender.browser.send(.get, "/attachments/\(id)/offset", sender.headers).json(Upload.self)
        let last = try await sender.piece(Array(text[state.offset...]), of: id, at: state.offset)
        let file = try #require(try last.json(Upload.self).file)
        #expect(file.name == "letter.txt" && file.type == "text/plain; charset=utf-8" && file.bytes == text.count)

        let message = #""conversation":"\#(sender.caller.conversation)","text":"","attachments":["\#(id)"]"#
        page.command("message.send", message)
        let said = try await page.next { $0.kind == "message.sent" && $0.text.contains("letter.txt") }
        page.command("message.send", message)
        #expect(try await page.next("refused").problem?.type.contains("fileGone") == true, "a file is said once")

        dan.command("attachment.open", #""attachment":"\#(id)""#)
        #expect(try await dan.next("refused").problem?.type.contains("notFound") == true, "who is not in it gets nothing")
        dan.command("enquiry.open", #""conversation":"\#(sender.caller.conversation)""#)
        _ = try await dan.next("ack")
        dan.command("attachment.open", #""attachment":"\#(id)""#)
        let answer = try await dan.next("ack").text
        let url = try #require(answer.text(after: #""url":""#, before: "\""))
        let opened = try await TestBrowser(shop.house).get(String(url))
        #expect(opened.status == 200 && opened.body == text)
        #expect(opened.headers[.contentSecurityPolicy] == "sandbox; default-src 'none'")
        #expect(opened.headers[.contentDisposition] == "attachment; filename*=UTF-8''letter.txt")
        #expect(opened.headers[.xContentTypeOptions] == "nosniff")
        for wrong in [url.dropLast() + "0", url.replacing("until=1", with: "until=2"), "/attachments/\(id)"] where wrong != url {
            #expect(try await TestBrowser(shop.house).get(String(wrong)).status == 404)
        }
        if engine == .sqlite {
            #expect(try MarkerScan(stem: "Qm7vTk2Wp9Zd").directory(shop.house.settings.dataDirectory) == [], "nothing lies open")
        }

        for (tag, format) in [("herons", "json"), ("late parcels", "html")] {
            _ = try await dan.asked("enquiry.tag", #"\#(sender.caller.wish),"tag":"\#(tag)","isOn":true"#)
            let copy = try await sender.browser.send(.get, "/enquiry/copy?format=\(format)", sender.headers).text
            #expect(copy.contains("letter.txt") && copy.contains(tag), "the copy names the file, and how the team sorted it")
            #expect(copy.contains("notes that the team wrote for itself"), "and says what is left out")
        }

        page.command("message.withdraw", #""conversation":"\#(sender.caller.conversation)","message":\#(said.sequence ?? 0)"#)
        _ = try await page.next { $0.kind == "message.withdrawn" }
        #expect(try await shop.count("attachment") == 0)
        #expect(try await shop.count("attachment_piece") == 0)
        #expect(try await TestBrowser(shop.house).get(String(url)).status == 404)
        try await shop.house.stop()
    }

    @Test("nobody switches files off for the others: what only was announced takes no room, and few files may wait", arguments: Engine.all)
    func announced(on engine: Engine) async throws {
        let clock = ManualClock(SystemClock().now)
        let shop = try await Shop.open(on: engine, clock: clock)
        let (mallory, cleo) = (Sender(shop: shop, caller: try await shop.visitor()), Sender(shop: shop, caller: try await shop.visitor()))
        for number in 1...Attachment.mostUnsent { #expect(try await mallory.begin("\(number).zip", Attachment.largest).status == 201) }
        let refused = try await mallory.begin("more.zip", 1)
        #expect(refused.status == 422 && refused.text.contains("tooManyUnsent"))
        let dan = try await shop.page(of: shop.agents[0])
        dan.command("enquiry.take", #""conversation":"\#(mallory.caller.conversation)""#)
        _ = try await dan.next("ack")
        let id = try #require(ConversationID(mallory.caller.conversation))
        let (conversations, person) = (shop.conversations, shop.agents[0].person)
        _ = try await conversations.beginAttachment(named: "a.txt", bytes: Attachment.largest, in: id, by: person)

        // All but ten bytes of what visitors may fill has arrived, in another conversation.
        func fill(_ bytes: Int) async throws {
            clock.advance(by: .seconds(11))
            try await shop.database.write {
                try $0.run("DELETE FROM attachment WHERE state = 'sent'")
                try $0.run(
                    """
                    UPDATE attachment SET bytes = \(bytes), received = \(bytes), state = 'sent'
                    WHERE id = (SELECT id FROM attachment WHERE conversation_id = \(id) ORDER BY id LIMIT 1)
                    """)
            }
        }
        try await fill(Attachment.mostOfVisitors - 10)
        let first = try await cleo.begin("a.txt", 10).json(Upload.self).id
        let second = try await cleo.begin("b.txt", 10).json(Upload.self).id
        #expect(try await cleo.begin("c.txt", 11).status == 507)
        #expect(try await cleo.piece(Array("ten bytes!".utf8), of: first, at: 0).status == 200)
        #expect(try await cleo.piece(Array("one".utf8), of: second, at: 0).status == 507, "counted as it comes")
        let other = try await shop.begun()
        #expect(try await Self.staff(conversations, person, in: other.id, shop) == nil, "the team's share is left")
        try await fill(Attachment.mostInHouse)
        #expect(try await Self.staff(conversations, person, in: other.id, shop) == .noRoom)
        try await shop.house.stop()
    }

    /// What keeps somebody of the team from handing over a file of eleven bytes.
    private static func staff(
        _ conversations: Conversations, _ person: PersonID, in id: ConversationID, _ shop: Shop
    ) async throws -> Problem? {
        let conversation = try #require(try await shop.database.read { try $0.conversation(id) })
        let coming = try await conversations.prepareAdmission(of: person, to: conversation, as: .agent, named: "Dan")
        try await shop.database.write { try conversations.admit(coming, in: $0) }
        do {
            _ = try await conversations.beginAttachment(named: "letter.txt", bytes: 11, in: id, by: person)
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    @Test("one household begins so many files at once, and not one more")
    func household() async throws {
        let shop = try await Shop.open(clock: ManualClock(SystemClock().now))
        var statuses: [Int] = []
        for _ in 0..<4 {
            let sender = Sender(shop: shop, caller: try await shop.visitor())
            for number in 1...16 { statuses.append(try await sender.begin("\(number).txt", 1).status) }
        }
        #expect(statuses == Array(repeating: 201, count: 60) + Array(repeating: 429, count: 4))
        try await shop.house.stop()
    }

    @Test("C59: what a file is, its content says: what could run is not taken, and nothing of it stays", arguments: Engine.all)
    func sniffed(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        let html = "<!doctype html><script>alert(1)</script>", svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        let hostile: [(String, [UInt8])] = [
            ("picture.png", Array(html.utf8)), ("notes.txt", Array(svg.utf8)), ("run.txt", Array("#!/bin/sh\nrm -rf /".utf8)),
            ("game.exe", Array("MZ".utf8) + [0, 1, 2, 3]), ("tool.pdf", [0x7F] + Array("ELF".utf8) + [2, 1, 1]),
            ("x.txt", [0xFF, 0xFE, 0]),
            // Harmless by their bytes, run by a double click.
            ("order.js", Array("new ActiveXObject('WScript.Shell')".utf8)), ("order.txt.CMD. ", Array("del *".utf8)),
            ("invoice.hta", Array("%PDF-1.4\n<script>alert(1)</script>".utf8)), ("invoice.pdf.jar", [0x50, 0x4B, 3, 4, 0]),
        ]
        for (name, bytes) in hostile { #expect(try await sender.hand(bytes, named: name).answer.status == 415, "\(name)") }
        #expect(try await sender.hand([0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 2], named: "broken.jpg").answer.status == 422)
        #expect(try await sender.begin("huge.zip", Attachment.largest + 1).status == 413)
        #expect(try await shop.count("attachment") == 0)
        #expect(try await shop.count("attachment_piece") == 0)
        try await shop.house.stop()
    }

    @Test("C59: a picture is made anew, so that nothing hidden in the file reaches anybody", arguments: Engine.all)
    func picture(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        let page = try await shop.page(of: sender.caller)
        let (id, answer) = try await sender.hand(NoisePicture.png(side: 80) + Array("place: 48.85, 2.35".utf8), named: "me.png")
        let file = try #require(try answer.json(Upload.self).file)
        #expect(file.type == "image/png" && file.width == 80 && file.height == 80)
        page.command("attachment.open", #""attachment":"\#(id)""#)
        let url = try #require(try await page.next("ack").text.text(after: #""url":""#, before: "\""))
        let opened = try await TestBrowser(shop.house).get(String(url))
        #expect(opened.body.count == file.bytes && opened.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(!String(decoding: opened.body, as: UTF8.self).contains("place:"))
        try await shop.house.stop()
    }

    @Test("Complaint 17: files go with their conversation, and what was never sent goes within the hour", arguments: Engine.all)
    func gone(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine, keepsTranscript: false)
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        let page = try await shop.page(of: sender.caller, from: ["conversation/\(sender.caller.conversation)": 0])
        let (id, _) = try await sender.hand(Array("a letter".utf8), named: "a.txt")
        _ = try await sender.hand(Array("never sent".utf8), named: "b.txt")
        let data = shop.house.house.stores.data
        page.command("message.send", #""conversation":"\#(sender.caller.conversation)","text":"","attachments":["\#(id)"]"#)
        _ = try await page.next { $0.kind == "message.sent" && $0.text.contains("a.txt") }
        try await data.write { _ = try $0.rows("UPDATE attachment SET created_at = created_at - 3600001") }
        try await shop.house.house.conversations.sweep()
        #expect(try await shop.count("attachment") == 1, "what was sent stays")
        page.command("enquiry.close", #""conversation":"\#(sender.caller.conversation)""#)
        _ = try await page.next { $0.kind == "conversation.closed" }
        #expect(try await shop.count("attachment") == 0)
        #expect(try await shop.count("attachment_piece") == 0)
        try await shop.house.stop()
    }

    @Test("C59: ClamAV sees every file before anybody else, and while it cannot be asked none is taken", arguments: Engine.all)
    func scanned(on engine: Engine) async throws {
        let clamd = FakeClamd()
        let shop = try await Shop.open(on: engine) { $0.set(\.clamavAddress, to: "tcp://127.0.0.1:\(clamd.port)") }
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        #expect(try await sender.hand(Array(FakeClamd.eicar.utf8), named: "eicar.txt").answer.status == 422)
        #expect(try await shop.count("attachment") == 0)
        #expect(try await sender.hand(Array("a letter".utf8), named: "a.txt").answer.status == 200)
        #expect(clamd.count == 2)
        try await shop.house.stop()

        let again = try await Shop.open(on: engine) { $0.set(\.clamavAddress, to: "tcp://127.0.0.1:1") }
        let second = Sender(shop: again, caller: try await again.visitor())
        let (id, answer) = try await second.hand(Array("a letter".utf8), named: "a.txt")
        #expect(answer.status == 503 && answer.text.contains("scannerMissing"))
        let page = try await again.page(of: second.caller)
        page.command("message.send", #""conversation":"\#(second.caller.conversation)","text":"","attachments":["\#(id)"]"#)
        #expect(try await page.next("refused").problem?.type.contains("fileGone") == true, "not seen, not said")
        try await again.house.stop()
    }

    @Test(
        "C59: a full disk refuses a file with words of its own, loses nothing, and is got over",
        .enabled(if: SmallDisk.isPossible, "mounting a small file system needs root"))
    func full() async throws {
        let disk = try await SmallDisk(megabytes: 20, ballast: 6)
        let shop = try await Shop.open { $0.set(\.dataDirectory, to: disk.path + "/data") }
        let sender = Sender(shop: shop, caller: try await shop.visitor("Before the disk was full"))
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        let id = try await sender.begin("long.txt", Attachment.largest).json(Upload.self).id
        var offset = 0
        var answer = try await sender.piece(piece, of: id, at: 0)
        while answer.status == 200, offset < Attachment.largest {
            offset += piece.count
            answer = try await sender.piece(piece, of: id, at: offset)
        }
        #expect(answer.status == 507 && answer.text.contains("noRoom") && offset > 0)
        try disk.makeRoom()
        let state = try await sender.browser.send(.get, "/attachments/\(id)/offset", sender.headers).json(Upload.self)
        #expect(state.offset == offset, "what had arrived is there")
        #expect(try await sender.piece(piece, of: id, at: offset).status == 200)
        let page = try await shop.page(of: sender.caller, from: ["conversation/\(sender.caller.conversation)": 0])
        #expect(try await page.next { $0.kind == "message.sent" }.text.contains("Before the disk was full"))
        try await shop.house.stop()
    }

    @Test(
        "C14: a site that wants no files from visitors shows no way to send them, and refuses them; its team still can",
        arguments: Engine.all)
    func refusedBySite(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let sender = Sender(shop: shop, caller: try await shop.visitor())
        let button = #"data-part="attach">"#
        #expect(try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").text.contains(button))
        let clerk = try await shop.program("Clerk", [.writeSites])
        let wish = #"{"name":"Harbour Books","queue":"\#(shop.queue.id)","settings":{"takesFiles":false}}"#
        #expect(try await clerk.send(.put, "/sites/\(shop.site.id)", wish).status == 200)
        let refused = try await sender.begin("letter.txt", 8)
        #expect(refused.status == 403 && refused.text.contains("urn:sotto:problem.filesOff"))
        #expect(refused.headers[.contentType]?.hasPrefix("application/problem+json") == true)
        #expect(try await shop.count("attachment") == 0)
        let window = try await TestBrowser(shop.house).get("/widget/\(shop.site.key)").text
        #expect(!window.contains(button) && window.contains(#"data-part="attach" hidden>"#))
        let dan = try await shop.page(of: shop.agents[0])
        _ = try await dan.asked("enquiry.take", sender.caller.wish)
        let id = try #require(ConversationID(sender.caller.conversation))
        _ = try await shop.house.house.conversations.beginAttachment(named: "letter.txt", bytes: 8, in: id, by: shop.agents[0].person)
        try await shop.house.stop()
    }
}
