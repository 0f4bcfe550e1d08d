import CCurl
import Dispatch
import Synchronization

/// Hands mails to the operator's mail server (RFC 5321), by libcurl.
///
/// **Nothing is sent before the connection is encrypted and the certificate proved good** (VEL-41): no option of ours turns that off.
/// One mail at a time on a queue of its own, since curl waits; the connection is used again for the next.
package final class SMTPClient: Sendable {
    private let server: MailServer
    private let handle: Handle
    private let queue = DispatchQueue(label: "sotto.smtp")
    private let connectSeconds: Int
    private let totalSeconds: Int

    /// - Parameters:
    ///   - connectSeconds: until TCP and TLS are there.
    ///   - totalSeconds: for one whole mail. Well below the time a claim on a letter lasts.
    package init(_ server: MailServer, connectSeconds: Int = 15, totalSeconds: Int = 60) {
        self.server = server
        self.connectSeconds = connectSeconds
        self.totalSeconds = totalSeconds
        handle = Handle()
    }

    /// Sends one mail. Cancelling the task stops it within a second.
    package func deliver(_ mail: Mail) async -> Delivery {
        let transfer = Transfer(mail.text)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.perform(mail, transfer)) }
            }
        } onCancel: {
            transfer.stop()
        }
    }

    /// Connects, encrypts and signs in, and sends nothing: for `sotto doctor`. Nil when all is well.
    package func probe(as sender: String) async -> Delivery.Trouble? {
        await withCheckedContinuation { continuation in
            queue.async {
                self.prepare(greetingAs: Self.domain(of: sender))
                ccurl_set_long(self.handle.curl, CURLOPT_NOBODY, 1)
                ccurl_set_string(self.handle.curl, CURLOPT_CUSTOMREQUEST, "NOOP")
                let result = curl_easy_perform(self.handle.curl)
                continuation.resume(returning: result == CURLE_OK ? nil : Self.trouble(result))
            }
        }
    }

    // MARK: - On the queue

    private func perform(_ mail: Mail, _ transfer: Transfer) -> Delivery {
        guard !transfer.isStopped else { return .interrupted }
        let curl = handle.curl
        prepare(greetingAs: Self.domain(of: mail.sender))
        let recipients = curl_slist_append(nil, mail.recipient.value)
        defer { curl_slist_free_all(recipients) }
        ccurl_set_string(curl, CURLOPT_MAIL_FROM, mail.sender)
        ccurl_set_list(curl, CURLOPT_MAIL_RCPT, recipients)
        ccurl_set_long(curl, CURLOPT_UPLOAD, 1)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        ccurl_set_pointer(curl, CURLOPT_READDATA, context)
        ccurl_set_reader(curl) { buffer, size, count, context in
            guard let buffer, let context else { return 0 }
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().read(into: buffer, upTo: size * count)
        }
        ccurl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        ccurl_set_pointer(curl, CURLOPT_XFERINFODATA, context)
        ccurl_set_progress(curl) { context, _, _, _, _ in
            guard let context else { return 0 }
            return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().isStopped ? 1 : 0
        }
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let result = message.withUnsafeMutableBufferPointer { message in
            ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, message.baseAddress)
            defer { ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, nil) }
            return withExtendedLifetime(transfer) { curl_easy_perform(curl) }
        }
        var code = 0
        ccurl_get_long(curl, CURLINFO_RESPONSE_CODE, &code)
        let said = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Self.delivery(result, code: code, said: String(decoding: said, as: UTF8.self))
    }

    /// A clean handle with everything that is the same for every mail. Its open connections stay.
    private func prepare(greetingAs name: String) {
        let curl = handle.curl
        curl_easy_reset(curl)
        ccurl_set_string(curl, CURLOPT_URL, server.address(greetingAs: name))
        ccurl_set_string(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // The environment's http proxies are not for mail.
        ccurl_set_string(curl, CURLOPT_PROXY, "")
        ccurl_set_long(curl, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        ccurl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authority = server.authority { ccurl_set_string(curl, CURLOPT_CAINFO, authority) }
        if let user = server.user { ccurl_set_string(curl, CURLOPT_USERNAME, user.value) }
        if let password = server.password { ccurl_set_string(curl, CURLOPT_PASSWORD, password.value) }
        ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT, connectSeconds)
        ccurl_set_long(curl, CURLOPT_TIMEOUT, totalSeconds)
    }

    // MARK: - Understanding curl

    private static func delivery(_ result: CURLcode, code: Int, said: String) -> Delivery {
        switch result {
        case CURLE_OK: return .accepted
        case CURLE_ABORTED_BY_CALLBACK: return .interrupted
        // curl words which command was refused in its message only.
        case CURLE_SEND_ERROR where said.hasPrefix("MAIL failed"): return .unusable(.sender(code: code))
        case CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_RECV_ERROR:
            if (500...599).contains(code) { return .refused(code: code) }
            if (400...499).contains(code) { return .postponed(code: code) }
            return .unusable(trouble(result))
        default: return .unusable(trouble(result))
        }
    }

    private static func trouble(_ result: CURLcode) -> Delivery.Trouble {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: .unreachable
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR: .unencrypted
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: .untrusted
        case CURLE_LOGIN_DENIED: .denied
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        default: .other(Int(result.rawValue))
        }
    }

    private static func domain(of address: String) -> String {
        String(address.split(separator: "@").last ?? "localhost")
    }
}

/// A curl handle and the connections it keeps.
///
/// `@unchecked Sendable`: used on SMTPClient's serial queue alone, which is what curl asks of a handle.
private final class Handle: @unchecked Sendable {
    let curl: UnsafeMutableRawPointer

    init() {
        ccurl_global_init()
        guard let curl = curl_easy_init() else { preconditionFailure("curl has no memory for a handle") }
        self.curl = curl
    }

    deinit { curl_easy_cleanup(curl) }
}

/// The text on its way to the server.
private final class Transfer: Sendable {
    private let text: [UInt8]
    private let sent = Atomic(0)
    private let stopped = Atomic(false)

    init(_ text: [UInt8]) {
        self.text = text
    }

    var isStopped: Bool { stopped.load(ordering: .relaxed) }
    func stop() { stopped.store(true, ordering: .relaxed) }

    func read(into buffer: UnsafeMutablePointer<CChar>, upTo limit: Int) -> Int {
        let start = sent.load(ordering: .relaxed)
        let piece = text[start..<min(start + limit, text.count)]
        UnsafeMutableRawBufferPointer(start: buffer, count: limit).copyBytes(from: piece)
        sent.store(start + piece.count, ordering: .relaxed)
        return piece.count
    }
}
