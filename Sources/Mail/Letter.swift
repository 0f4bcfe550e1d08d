package import Vocabulary

/// One mail to one person, before it is written out.
///
/// Plain words and at most one link: a mail carries no message content (VOC-31).
package struct Letter: Sendable {
    package let template: LetterTemplate
    package let recipient: Redacted<EmailAddress>
    package let language: Language
    package let subject: Redacted<String>
    /// The text, paragraphs separated by an empty line.
    package let body: Redacted<String>

    package init(_ template: LetterTemplate, to recipient: EmailAddress, in language: Language, subject: String, body: String) {
        self.template = template
        self.recipient = Redacted(recipient)
        self.language = language
        self.subject = Redacted(subject)
        self.body = Redacted(body)
    }
}

/// A kind of mail, declared once in the registry (C22): its class says whether a person can switch it off.
package struct LetterTemplate: Hashable, Sendable {
    /// Security, outage, legal, statement change, rights receipts. Cannot be switched off (VZO-37).
    /// Everything else is a topic that a person must have asked for (C21).
    package enum Class: String, Sendable {
        case essential, topic
    }

    /// Dotted name, also the prefix of its texts in the catalogue.
    package let name: String
    package let `class`: Class
    /// Why it is sent, in plain English, for the privacy page.
    package let purpose: String

    package init(_ name: String, _ class: Class, purpose: String) {
        self.name = name
        self.class = `class`
        self.purpose = purpose
    }
}
