import Foundation
package import Vocabulary

/// Writes letters out as mails: RFC 5322 header, one part of plain text (RFC 2045), texts in any script (RFC 2047).
///
/// **What a person typed cannot become a header line**: control characters never reach one.
package struct Composer: Sendable {
    private let sender: EmailAddress
    private let siteName: String
    private let footer: String

    /// - Parameters:
    ///   - controller: who is responsible for the server; stands at the foot of every mail (VZO-01).
    package init(from sender: EmailAddress, siteName: String, origin: String, controller: String) {
        self.sender = sender
        self.siteName = siteName
        footer = (["-- ", "\(siteName) · \(origin)"] + (controller.isEmpty ? [] : [controller])).joined(separator: "\n")
    }

    /// - Parameters:
    ///   - id: stays the same at every attempt, so that a mail that arrives twice is recognised as one.
    package func compose(_ letter: Letter, id: ID<Letter>, at time: Timestamp) -> Mail {
        let recipient = letter.recipient.value.text
        let domain = sender.text.split(separator: "@").last.map(String.init) ?? "localhost"
        let (encoding, body) = MailText.encode(letter.body.value + "\n\n" + footer + "\n")
        let header = [
            "Date: \(Self.date(time))",
            "From: \(HeaderText.encode(siteName, after: 6)) <\(sender.text)>",
            "To: <\(recipient)>",
            "Subject: \(HeaderText.encode(letter.subject.value, after: 9))",
            "Message-ID: <\(id)@\(domain)>",
            // RFC 3834 §5: nobody's holiday answer comes back.
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(encoding)",
            "Content-Language: \(letter.language.rawValue)",
        ]
        let text = header.joined(separator: "\r\n") + "\r\n\r\n" + body
        return Mail(sender: sender.text, recipient: Redacted(recipient), text: Array(text.utf8))
    }

    /// RFC 5322 §3.3, always in UTC.
    static func date(_ time: Timestamp) -> String {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(days[Int(parts.tm_wday)]), \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) \(clock) +0000"
    }
}
