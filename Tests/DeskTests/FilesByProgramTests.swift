import Conversations
import Foundation
import HTTPTypes
import TestKit
import Testing

@testable import Desk

/// What is said in an enquiry, by a program: files in pieces, changes of its own words, translations.
@Suite(.timeLimit(.minutes(3))) struct FilesByProgramTests {
    private struct Upload: Decodable {
        let id: String
        let offset: Int
        let file: AttachmentSummary?
    }

    private struct Files: Decodable {
        let items: [AttachmentSummary]
        let next: String?
    }

    private struct Said: Decodable {
        let sequence: Int
    }

    private struct Link: Decodable {
        let url: String
    }

    @Test("a program hands files over in pieces, goes on after a cut, lists and opens them", arguments: Engine.all)
    func files(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations])
        let other = try await shop.program("Other", [.readConversations, .writeConversations])
        let reader = try await shop.program("Reader", [.readConversations])
        let cleo = try await shop.visitor()
        let path = "/enquiries/\(cleo.conversation)"
        let letter = Array("Dear Cleo,\nyour parcel left this morning.\n".utf8)
        let half = letter.count / 2

        #expect(try await reader.post(path + "/attachments", #"{"name":"letter.txt","bytes":9}"#).status == 403)
        let begun: Upload = try await clerk.post(path + "/attachments", #"{"name":"letter.txt","bytes":\#(letter.count)}"#, key: "a").json()
        let again: Upload = try await clerk.post(path + "/attachments", #"{"name":"letter.txt","bytes":\#(letter.count)}"#, key: "a").json()
        #expect(begun.id == again.id && begun.offset == 0, "the same key begins once")
        let file = "/attachments/\(begun.id)"
        #expect(try await clerk.piece(Array(letter[..<half]), of: begun.id, at: 0).json(Upload.self).offset == half)
        #expect(try await clerk.piece(Array(letter[..<half]), of: begun.id, at: 0).status == 409, "that is there already")
        #expect(try await clerk.send(.patch, file + "?offset=\(half)", "{}").status == 415, "bytes are no JSON")
        #expect(try await other.get(file).status == 404, "another program's")
        #expect(try await clerk.get(file).json(Upload.self).offset == half, "from there it goes on")
        #expect(try await clerk.post(path + "/messages", #"{"attachments":["\#(begun.id)"]}"#).status == 409, "it is not whole")
        let whole: Upload = try await clerk.piece(Array(letter[half...]), of: begun.id, at: half).json()
        #expect(whole.file?.name == "letter.txt" && whole.file?.type.hasPrefix("text/plain") == true)
        #expect(try await reader.get(path + "/attachments").json(Files.self).items.isEmpty, "not said yet")
        #expect(try await clerk.post(path + "/messages", #"{"attachments":["\#(begun.id)"]}"#).status == 201)
        #expect(try await clerk.post(path + "/messages", "{}").status == 422, "neither words nor files")

        let second: Upload = try await clerk.post(path + "/attachments", #"{"name":"note.txt","bytes":5}"#).json()
        _ = try await clerk.piece(Array("Hello".utf8), of: second.id, at: 0)
        #expect(try await clerk.post(path + "/messages", #"{"text":"And this","attachments":["\#(second.id)"]}"#).status == 201)
        let page: Files = try await reader.get(path + "/attachments?limit=1").json()
        let next: Files = try await reader.get(path + "/attachments?limit=1&cursor=\(try #require(page.next))").json()
        #expect((page.items + next.items).map(\.name) == ["letter.txt", "note.txt"] && next.next == nil)

        let reads = try await shop.count("staff_read")
        let link: Link = try await reader.get(file + "/link").json()
        #expect(try await shop.count("staff_read") == reads + 1, "opening a file is reading")
        #expect(link.url.hasPrefix(shop.house.origin))
        #expect(try await TestBrowser(shop.house).get(String(link.url.dropFirst(shop.house.origin.count))).body == letter)

        let third: Upload = try await clerk.post(path + "/attachments", #"{"name":"wrong.txt","bytes":5}"#).json()
        #expect(try await clerk.send(.delete, "/attachments/\(third.id)", "").status == 204)
        #expect(try await clerk.get("/attachments/\(third.id)").status == 404)
        #expect(try await clerk.send(.delete, file, "").status == 404, "what was said is taken back with its message")
        try await shop.house.stop()
    }

    @Test("a program changes and takes back its own words, and nobody else's; marks a translation", arguments: Engine.all)
    func words(on engine: Engine) async throws {
        let shop = try await Shop.open(on: engine)
        let clerk = try await shop.program("Clerk", [.readConversations, .writeConversations])
        let cleo = try await shop.visitor("Wo ist mein Paket?")
        let path = "/enquiries/\(cleo.conversation)"
        let said: Said = try await clerk.post(path + "/messages", #"{"text":"It left at nine."}"#).json()
        #expect(try await clerk.send(.put, path + "/messages/\(said.sequence)", #"{"text":"It left at ten."}"#, key: "edit").status == 200)
        #expect(try await clerk.send(.put, path + "/messages/\(said.sequence)", #"{"text":"It left at ten."}"#, key: "edit").status == 200)
        var all = try await clerk.get(path + "/messages").text
        #expect(all.contains("It left at ten.") && !all.contains("It left at nine."))
        #expect(all.components(separatedBy: "message.edited").count == 2, "under one key once")
        #expect(try await clerk.send(.put, path + "/messages/\(said.sequence)", #"{"text":"Or at eleven."}"#).status == 200)
        all = try await clerk.get(path + "/messages").text
        #expect(all.contains("Or at eleven.") && !all.contains("at ten"), "the words of an earlier change are gone too")
        #expect(try await clerk.send(.delete, path + "/messages/\(said.sequence)", "").status == 200)
        all = try await clerk.get(path + "/messages").text
        #expect(!all.contains("Or at eleven.") && all.contains("message.withdrawn"))
        let first = try #require(try JSONDecoder().decode(Events.self, from: Data(all.utf8)).items.first { $0.kind == "message.sent" })
        #expect(try await clerk.send(.put, path + "/messages/\(first.sequence)", #"{"text":"Mine"}"#).status == 403, "the visitor's")
        #expect(try await clerk.send(.delete, path + "/messages/900", "").status == 404)
        let mark = #"{"text":"Where is my parcel?","mark":{"about":\#(first.sequence),"kind":"translation"}}"#
        #expect(try await clerk.post(path + "/notes", mark).status == 201)
        #expect(try await clerk.post(path + "/notes", #"{"text":"?","mark":{"about":900,"kind":"translation"}}"#).status == 404)
        #expect(try await clerk.get(path).text.contains(#""tags":[]"#), "one enquiry is read with what the team keeps about it")
        try await shop.house.stop()
    }

    private struct Events: Decodable {
        struct Event: Decodable {
            let sequence: Int
            let kind: String
        }
        let items: [Event]
    }
}
