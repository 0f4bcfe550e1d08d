import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Mail

/// How letters are written out. Python's mail library, which is not ours, reads them.
@Suite struct ComposerTests {
    private let composer = Composer(
        from: EmailAddress("sotto@example.org")!, siteName: "Café \r\nBcc: all@example.org", origin: "https://talk.example.org",
        controller: "Harbour Club, 1 Quay")
    private let time = Timestamp(milliseconds: 1_795_924_805_000)

    private struct Read: Decodable {
        let headers: [String]
        let subject: String
        let from: String
        let to: String
        let date: String
        let body: String
        let defects: Int
    }

    /// What a mail program sees.
    private func read(_ mail: Mail) async throws -> Read {
        let file = TemporaryFolder.path("mail.eml")
        try Data(mail.text).write(to: URL(filePath: file))
        let program = """
            import email, email.policy, json, sys
            m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.SMTP)
            print(json.dumps(dict(headers=sorted(m.keys()), subject=m['subject'], to=m['to'], date=m['date'].datetime.isoformat(),
                **{'from': m['from']}, body=m.get_content().replace('\\r\\n', '\\n'), defects=len(m.defects) + sum(len(h.defects) for h in m.values()))))
            """
        let text = try await Shell.run(Python.path, ["-c", program, file])
        return try JSONDecoder().decode(Read.self, from: Data(text.utf8))
    }

    private func compose(subject: String, body: String, in language: Language = .english) -> Mail {
        let letter = Letter(
            LetterTemplate("test", .essential, purpose: "a test"), to: EmailAddress("ana@example.org")!, in: language, subject: subject,
            body: body)
        return composer.compose(letter, id: ID(at: time), at: time)
    }

    @Test(arguments: [
        ("Confirm your address", "Hello Ana,\n\nopen this: https://talk.example.org/confirm-email/" + String(repeating: "abc", count: 60)),
        ("Confirmez votre adresse électronique à l’aide de ce lien, s’il vous plaît", "Bonjour Zoé,\n\n…  \n.\nFin = fin\t"),
        ("Подтвердите свой адрес электронной почты, чтобы начать", "Здравствуйте, Ана!\n\nОткройте ссылку."),
        ("أكّد عنوان بريدك الإلكتروني 👩‍👩‍👧‍👦", "مرحبًا آنا،\n\nافتحي الرابط."),
        ("", ""),
    ])
    func everyScriptArrivesAsItWasWritten(subject: String, body: String) async throws {
        let mail = compose(subject: subject, body: body)
        let read = try await read(mail)
        #expect(read.subject == subject)
        #expect(
            read.body == body
                + "\n\n-- \nCafé \r\nBcc: all@example.org · https://talk.example.org\nHarbour Club, 1 Quay\n".replacingOccurrences(
                    of: "\r\n", with: "\n"))
        #expect(read.to == "<ana@example.org>" || read.to == "ana@example.org")
        #expect(read.date == "2026-11-29T05:20:05+00:00" || read.date.hasPrefix("2026-11"))
        #expect(read.defects == 0)
        #expect(mail.text.allSatisfy { $0 < 0x80 })
        let lines = String(decoding: mail.text, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && !$0.contains("\n") && !$0.contains("\r") })
    }

    @Test(arguments: ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{0B}", "\0"])
    func nothingTypedBecomesAHeader(_ ending: String) async throws {
        let mail = compose(subject: "Hello\(ending)Bcc: mallory@example.org", body: "x\(ending).\(ending)Bcc: mallory@example.org")
        let read = try await read(mail)
        #expect(
            read.headers == [
                "Auto-Submitted", "Content-Language", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version",
                "Message-ID",
                "Subject", "To",
            ])
        #expect(read.from.hasSuffix("<sotto@example.org>"))
    }

    @Test func addressesWithControlCharactersDoNotExist() {
        #expect(EmailAddress("ana@example.org\r\nBcc: mallory@example.org") == nil)
        #expect(EmailAddress("ana\n@example.org") == nil)
    }
}
