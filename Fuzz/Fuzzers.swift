@testable import Accounts
import Conversations
import Desk
import Foundation
import HTTPTypes
import Hummingbird
import MediaFuzzers
import NIOCore
import NIOEmbedded
import NIOWebSocket
@testable import Vocabulary
@testable import Web

extension Fuzzer {
    static let all =
        [
            id, emailAddress, language, ipAddress, forwarded, localPath, mediaType, cookies, form, multipart, json, members, frames, asset,
            picture, cbor, attestation, assertion, clientData, totp,
            sensitive, records, csv, chatwoot, rocketChat, liveHelperChat,
        ] + media

    static let id = text("id") { text in
        guard let id = PersonID(text) else { return }
        precondition(PersonID(id.description) == id, "an ID reads back as another")
    }

    static let emailAddress = text("email-address") { text in
        guard let address = EmailAddress(text) else { return }
        precondition(EmailAddress(address.text) == address, "an address reads back as another")
        precondition(!address.text.unicodeScalars.contains { $0.value < 0x20 }, "a control character went through to a mail's head")
    }

    static let language = text("language") { text in _ = Language(accepting: text) }

    static let ipAddress = text("ip-address") { text in
        guard let address = IPAddress(text), let range = AddressRange(text) else { return }
        precondition(range.contains(address), "an address is not in its own range")
    }

    static let forwarded = text("forwarded") { text in
        var fields: HTTPFields = [:]
        fields[values: .forwardedFor] = text.split(separator: "\n").map(String.init)
        let client = TrustedProxies([AddressRange("127.0.0.1")].compactMap { $0 }).client(of: fields, from: IPAddress("192.0.2.66"))
        precondition(client.address == IPAddress("192.0.2.66"), "a stranger claimed an address")
    }

    static let cookies = text("cookies") { text in
        let declaration = CookieDeclaration("__Host-session", .necessary, purpose: "Fuzzing.", lifetime: nil)
        guard let value = SentCookies(text.split(separator: "\n").map(String.init))[declaration] else { return }
        precondition(declaration.header(value).contains("=\(value);"), "a cookie that we could not have set was read")
    }

    static let json = Fuzzer(name: "json") { bytes in
        struct Anything: Decodable {}
        let shape = JSONShape.object(
            ["id": .text(8), "list": .list(.number, 3)], optional: ["flag": .flag, "extensions": .anything(depth: 3)])
        _ = try? shape.decode(Data(bytes), as: Anything.self)
    }

    static let members = Fuzzer(name: "members") { bytes in
        guard let signal = JSONMembers(bytes)?["signal"] else { return }
        let handedOn = JSONMembers(Array(#"{"signal":"#.utf8) + signal.bytes + Array("}".utf8))
        precondition(handedOn?["signal"] == signal, "a member is not read again as it was handed on")
    }

    static let frames = Fuzzer(name: "frames") { bytes in
        precondition(messages(in: [bytes]) == messages(in: bytes.map { [$0] }), "how the network cut it made a difference")
    }

    /// What a live link makes of bytes that arrive in these pieces.
    private static func messages(in pieces: [[UInt8]]) -> [MessageAssembler.Output] {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 12)))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var assembler = MessageAssembler(limit: 1 << 13)
        var outputs: [MessageAssembler.Output] = []
        for piece in pieces {
            let isSound = (try? channel.writeInbound(ByteBuffer(bytes: piece))) != nil
            while let frame = try? channel.readInbound(as: WebSocketFrame.self) {
                // Nil for a message that is not complete yet, and for a violation.
                if let output = try? assembler.add(frame) { outputs.append(output) }
            }
            guard isSound else { break }
        }
        return outputs
    }

    static let asset = text("asset") { path in
        let assets = Assets(BrowserFolder(files: ["calls/call.js": [1], "calls/call.test.js": [2], "secret.mustache": [3]]))
        let request = Request(head: .init(method: .get, scheme: nil, authority: nil, path: path), body: .init(buffer: .init()))
        guard let response = try? assets.respond(to: request, fingerprint: assets.fingerprint) else { return }
        precondition(response.status == .ok && path.split(separator: "?")[0] == "\(assets.prefix)/calls/call.js", "another file was served")
    }

    static let localPath = text("local-path") { text in
        guard let path = LocalPath(text) else { return }
        precondition(
            path.description.hasPrefix("/") && !path.description.hasPrefix("//") && !path.description.contains("\\"), "a path leads away")
    }

    static let mediaType = text("media-type") { text in _ = MediaType(text) }

    static let form = Fuzzer(name: "form") { bytes in
        guard let pairs = try? FormDecoder.pairs(bytes) else { return }
        let written = pairs.map { LocalPath.escape($0.0) + "=" + LocalPath.escape($0.1) }.joined(separator: "&")
        let again = try? FormDecoder.pairs(Array(written.utf8))
        precondition(again?.elementsEqual(pairs, by: ==) == true, "a form reads back as another")
    }

    static let multipart = Fuzzer(name: "multipart") { bytes in
        guard let parts = try? MultipartDecoder.parts(bytes, boundary: "b", limit: 8) else { return }
        precondition(parts.count <= 8 && parts.reduce(0) { $0 + $1.content.count } <= bytes.count, "more came out than went in")
    }

    static let picture = Fuzzer(name: "picture") { bytes in
        guard let made = try? ProfilePicture.remake(bytes) else { return }
        precondition(made.starts(with: [0xFF, 0xD8, 0xFF]), "a picture that is no JPEG")
    }

    static let cbor = Fuzzer(name: "cbor") { bytes in
        var reader = CBORReader(bytes)
        guard let value = try? reader.next() else { return }
        precondition(reader.offset <= bytes.count, "it was read past the end")
        precondition(value == value, "a value is not itself")
        _ = try? COSEKey(value)
    }

    static let attestation = Fuzzer(name: "attestation") { bytes in
        guard let data = try? AuthenticatorData(parsing: bytes), let credential = data.credential else { return }
        precondition((1...AuthenticatorData.longestID).contains(credential.id.count), "an id out of bounds")
        precondition(credential.id.count + credential.key.count < bytes.count, "more came out than went in")
    }

    static let assertion = text("assertion") { text in
        guard let answer = try? PasskeyAnswer(json: text), let party = RelyingParty(origin: "https://sotto.test") else { return }
        precondition((try? party.used(answer, key: [0xA0], signCount: 0)) == nil, "a key that is none was believed")
        _ = try? party.made(answer)
    }

    static let clientData = Fuzzer(name: "client-data") { bytes in
        _ = try? ClientData(parsing: bytes, act: .get, origin: "https://sotto.test")
    }

    static let totp = text("totp") { text in
        if let secret = Base32.decode(text) { precondition(Base32.encode(secret) == text, "a secret reads back as another") }
        let totp = TOTP(secret: Array("12345678901234567890".utf8))
        precondition(totp.step(of: text, atSecond: 59, after: 2) == nil, "a code was taken twice")
        let address = totp.address(issuer: text, account: text)
        precondition(address.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "an address that is none")
    }

    static let sensitive = text("sensitive") { text in
        let guarded = SensitiveData.mask(text)
        precondition(SensitiveData.mask(guarded.text) == .init(text: guarded.text, kinds: []), "masking again finds something")
        precondition(guarded.kinds.isEmpty == (guarded.text == text), "something was found and left, or changed without being found")
    }

    static let records = Fuzzer(name: "import-json") { bytes in
        let whole = places(JSONSplitter(), [bytes])
        precondition(whole == places(JSONSplitter(), bytes.map { [$0] }), "how the file was read in pieces made a difference")
        var end = 0
        for case .record(let place) in whole {
            precondition(place.start >= end && place.start + place.length <= bytes.count, "a record lies outside or in another")
            end = place.start + place.length
        }
    }

    static let csv = Fuzzer(name: "import-csv") { bytes in
        precondition(places(CSVSplitter(), [bytes]) == places(CSVSplitter(), bytes.map { [$0] }), "the pieces made a difference")
        let fields = CSVSplitter.fields(bytes)
        precondition(fields.reduce(0) { $0 + $1.unicodeScalars.count } <= bytes.count, "more came out than went in")
    }

    private static func places(_ splitter: some RecordSplitter, _ pieces: [[UInt8]]) -> [SplitRecord] {
        var splitter = splitter
        return pieces.flatMap { splitter.feed($0) } + splitter.finish()
    }

    static let chatwoot = export(.chatwoot)
    static let rocketChat = export(.rocketchat)
    static let liveHelperChat = export(.livehelperchat)

    private static func export(_ format: ExportFormat) -> Fuzzer {
        Fuzzer(name: "import-\(format.rawValue)") { bytes in
            guard let value = ExportValue(json: bytes) else { return }
            let id: String?
            switch format.read(value) {
            case .conversation(let conversation): id = conversation.id
            case .message(let message, let conversation): id = message.id + conversation
            case .agent(let person), .contact(let person): id = person.id
            case .reply(let reply, _, _): id = reply
            case .skipped(let skipped, _): id = skipped
            }
            precondition(id?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ?? true, "an id that is printed is no plain word")
        }
    }

    private static func text(_ name: String, _ feed: @escaping @Sendable (String) -> Void) -> Fuzzer {
        Fuzzer(name: name) { feed(String(decoding: $0, as: UTF8.self)) }
    }
}
