import Foundation
import Vocabulary

/// What is inside the seal of a waiting letter.
struct SealedLetter: Codable {
    let recipient: String
    let language: Language
    let subject: String
    let body: String

    init(_ letter: Letter) {
        recipient = letter.recipient.value.text
        language = letter.language
        subject = letter.subject.value
        body = letter.body.value
    }

    init(_ bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }

    var bytes: [UInt8] {
        get throws { Array(try JSONEncoder().encode(self)) }
    }

    /// Nil when the address is none any more: written by a version that was less strict.
    func letter(_ template: String) -> Letter? {
        guard let address = EmailAddress(recipient) else { return nil }
        // Class and purpose are for the registry; a mail under way needs neither.
        return Letter(LetterTemplate(template, .essential, purpose: ""), to: address, in: language, subject: subject, body: body)
    }
}
