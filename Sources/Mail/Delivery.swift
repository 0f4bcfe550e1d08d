/// What became of an attempt to hand a mail over.
package enum Delivery: Equatable, Sendable {
    /// The server took it and answers for it from now on.
    case accepted
    /// The server does not want this mail now (a 4xx answer, RFC 5321 §4.2.1): try again later.
    case postponed(code: Int)
    /// The server will never take this mail (5xx).
    case refused(code: Int)
    /// The server could not be used at all: every mail waits.
    case unusable(Trouble)
    /// We were told to stop before it was clear.
    case interrupted

    /// What keeps us from using the server, in words an operator can act on.
    package enum Trouble: Equatable, Sendable {
        case unreachable
        /// It offers no encryption. Nothing was sent.
        case unencrypted
        /// Its certificate is not valid for its name, or nobody we know signed it. Nothing was sent.
        case untrusted
        case denied
        case timedOut
        /// It does not take mail from this sender.
        case sender(code: Int)
        /// Anything else, by curl's number.
        case other(Int)

        package var explanation: String {
            switch self {
            case .unreachable: "the mail server cannot be reached; see host and port in mail.url"
            case .unencrypted: "the mail server offers no encryption, so nothing was sent; use another port or server"
            case .untrusted: "the mail server's certificate is not trusted, so nothing was sent; see mail.authority"
            case .denied: "the mail server does not accept user and password of mail.url"
            case .timedOut: "the mail server did not answer in time"
            case .sender(let code): "the mail server takes no mail from the address in mail.from (\(code))"
            case .other(let number): "the mail server could not be used (curl \(number))"
            }
        }
    }
}
