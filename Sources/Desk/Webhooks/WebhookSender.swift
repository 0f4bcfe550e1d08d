import CCurl
import Dispatch
import Foundation
import Synchronization

/// Sends one request to a webhook, by libcurl: bounded in time, in what is read of the answer, and in where it goes.
struct WebhookSender: Sendable {
    struct Request: Sendable {
        let url: String
        let headers: [String]
        let body: String
    }

    /// What came of it: a status, or what went wrong in words from here.
    enum Outcome: Sendable, Equatable {
        case status(Int)
        case failed(String)

        var isDelivered: Bool {
            if case .status(let code) = self { return (200..<300).contains(code) }
            return false
        }

        var words: String {
            switch self {
            case .status(let code): "HTTP \(code)"
            case .failed(let words): words
            }
        }
    }

    static let connectSeconds = 5
    /// Well below the time for which a delivery is claimed.
    static let totalSeconds = 15
    /// Most bytes of an answer, of which nothing is kept.
    static let longestAnswer = 64 * 1024

    /// Hosts that may be private and unencrypted.
    let privateHosts: Set<String>
    /// Curl waits, so each request has a thread of its own.
    private let queue = DispatchQueue(label: "sotto.webhooks", attributes: .concurrent)

    private let lookUp: @Sendable (String) -> [String]

    init(privateHosts: Set<String>, lookUp: @escaping @Sendable (String) -> [String] = WebhookAddress.lookUp) {
        self.privateHosts = privateHosts
        self.lookUp = lookUp
    }

    func send(_ request: Request) async -> Outcome {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: perform(request)) }
        }
    }

    private func perform(_ request: Request) -> Outcome {
        let address: WebhookAddress
        do {
            address = try WebhookAddress(resolving: request.url, allowing: privateHosts, lookUp: lookUp)
        } catch {
            return .failed(error.rawValue)
        }
        ccurl_global_init()
        guard let curl = curl_easy_init() else { return .failed("no memory") }
        defer { curl_easy_cleanup(curl) }
        let nowhere = fopen("/dev/null", "w")
        defer { if let nowhere { fclose(nowhere) } }
        ccurl_set_pointer(curl, CURLOPT_WRITEDATA, nowhere)
        ccurl_set_string(curl, CURLOPT_URL, address.url)
        ccurl_set_string(curl, CURLOPT_PROTOCOLS_STR, "https,http")
        ccurl_set_string(curl, CURLOPT_PROXY, "")
        ccurl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        ccurl_set_long(curl, CURLOPT_TIMEOUT, Self.totalSeconds)
        ccurl_set_string(curl, CURLOPT_USERAGENT, "Sotto")
        let pinned = curl_slist_append(nil, address.connectTo)
        defer { curl_slist_free_all(pinned) }
        ccurl_set_list(curl, CURLOPT_CONNECT_TO, pinned)
        var headers: UnsafeMutablePointer<curl_slist>?
        for header in request.headers + ["Content-Type: application/json", "Expect:"] { headers = curl_slist_append(headers, header) }
        defer { curl_slist_free_all(headers) }
        ccurl_set_list(curl, CURLOPT_HTTPHEADER, headers)
        ccurl_set_long(curl, CURLOPT_POST, 1)
        ccurl_set_long(curl, CURLOPT_POSTFIELDSIZE, request.body.utf8.count)
        ccurl_set_string(curl, CURLOPT_COPYPOSTFIELDS, request.body)
        ccurl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        ccurl_set_progress(curl) { _, _, received, _, _ in received > WebhookSender.longestAnswer ? 1 : 0 }
        let result = curl_easy_perform(curl)
        var code = 0
        ccurl_get_long(curl, CURLINFO_RESPONSE_CODE, &code)
        // An answer that is too long was an answer all the same.
        if result == CURLE_OK || (result == CURLE_ABORTED_BY_CALLBACK && code > 0) { return .status(code) }
        return .failed(Self.words(result))
    }

    private static func words(_ result: CURLcode) -> String {
        switch result {
        case CURLE_COULDNT_CONNECT: "no connection"
        case CURLE_OPERATION_TIMEDOUT: "too slow"
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ISSUER_ERROR: "the certificate is not good"
        default: "curl \(result.rawValue)"
        }
    }
}
