import Testing

@testable import Media

/// The sample messages of RFC 5769, which RFC 8489 keeps.
@Suite struct STUNMessageTests {
    static let password = "VOkJxbRl1RmTxUk/WvJxBt"
    static let request = hex(
        """
        00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 00240004 6e0001ff
        80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249
        c1b571a2 80280004 e57a3bcf
        """)
    static let ipv4Response = hex(
        """
        0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
        00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96
        """)
    static let ipv6Response = hex(
        """
        01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147 0113a9fa
        a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c
        """)
    static let transaction = STUNTransaction(first: 0xB7E7_A701, rest: 0xBC34_D686_FA87_DFAE)

    @Test func theSampleRequestIsReadWhole() throws {
        let message = try STUNMessage(reading: Self.request)
        #expect(message.kind == .request && message.method == STUNMessage.binding)
        #expect(message.transaction == Self.transaction)
        #expect(message.priority == 0x6E00_01FF)
        #expect(message.claimsControl == false && !message.nominates && message.unknown == nil)
        #expect(message.username.map { Array(Self.request[$0]) } == Array("evtj:h6vY".utf8))
        #expect(message.localName(in: Self.request) == "evtj")
    }

    @Test(arguments: [request, ipv4Response, ipv6Response])
    func theSamplesAreAuthenticAndWhole(bytes: [UInt8]) throws {
        let message = try STUNMessage(reading: bytes)
        #expect(message.isWhole(bytes))
        #expect(message.isAuthentic(bytes, password: Self.password))
        #expect(!message.isAuthentic(bytes, password: "VOkJxbRl1RmTxUk/WvJxBT"))
    }

    @Test func theSampleResponsesTellWhereTheRequestCameFrom() throws {
        let ipv4 = TransportAddress(ipv4: 0xC000_0201, port: 32853)
        let ipv6 = TransportAddress(ipv6: 0x2001_0DB8_1234_5678, 0x0011_2233_4455_6677, port: 32853)
        #expect(try STUNMessage(reading: Self.ipv4Response).seenAddress(in: Self.ipv4Response) == ipv4)
        #expect(try STUNMessage(reading: Self.ipv6Response).seenAddress(in: Self.ipv6Response) == ipv6)
    }

    /// Each single bit counts: turned over, the message is not read, not whole, or not authentic.
    @Test func noBitOfTheSampleRequestMayChange() {
        for bit in 0..<Self.request.count * 8 {
            var bytes = Self.request
            bytes[bit / 8] ^= 1 << (bit % 8)
            guard let message = try? STUNMessage(reading: bytes) else { continue }
            #expect(!message.isWhole(bytes) || !message.isAuthentic(bytes, password: Self.password), "bit \(bit)")
        }
    }

    @Test func aMessageThatWasCutShortIsNone() {
        for length in 0..<Self.request.count {
            #expect(throws: STUNFault.self) { try STUNMessage(reading: Array(Self.request.prefix(length))) }
        }
    }

    @Test(arguments: [
        ("the cookie of another protocol", "00010000 2112a443 00000000 00000000 00000000", STUNFault.foreign),
        ("first bits that are set", "40010000 2112a442 00000000 00000000 00000000", .foreign),
        ("a length that is no multiple of four", "00010001 2112a442 00000000 00000000 00000000 00", .length),
        ("an attribute that goes past the end", "00010004 2112a442 00000000 00000000 00000000 00060001", .length),
        ("an integrity that is too short", "00010008 2112a442 00000000 00000000 00000000 00080004 00000000", .length),
        (
            "something after the fingerprint", "0001000c 2112a442 00000000 00000000 00000000 80280004 00000000 00250000",
            .afterFingerprint
        ),
    ])
    func whatIsMalformedIsRefused(what: String, bytes: String, fault: STUNFault) {
        #expect(throws: fault) { try STUNMessage(reading: hex(bytes)) }
    }

    /// RFC 8489 §14.5: or anybody could add USE-CANDIDATE to a check that they saw.
    @Test func whatStandsBehindTheIntegrityIsNotBelieved() throws {
        let bytes = hex("00010020 2112a442 00000000 00000000 00000000") + hex("00080014") + [UInt8](repeating: 0, count: 20)
        let message = try STUNMessage(reading: bytes + hex("00250000 0a0b0000"))
        #expect(!message.nominates && message.unknown == nil)
    }

    @Test func anUnknownAttributeIsNamedOnlyIfItMustBeUnderstood() throws {
        let message = try STUNMessage(reading: hex("0001000c 2112a442 00000000 00000000 00000000 c0570000 0a0b0000 0a0c0000"))
        #expect(message.unknown == 0x0A0B)
    }

    @Test func anAnswerReadsBackAsItWasMeant() throws {
        let request = try STUNMessage(reading: Self.request)
        for address in [TransportAddress(ipv4: 0xC000_0201, port: 32853), TransportAddress(ipv6: 1, 2, port: 3)] {
            let bytes = request.answer(to: address, password: Self.password)
            let answer = try STUNMessage(reading: bytes)
            #expect(answer.kind == .success && answer.method == STUNMessage.binding && answer.transaction == Self.transaction)
            #expect(answer.isWhole(bytes) && answer.isAuthentic(bytes, password: Self.password))
            #expect(answer.seenAddress(in: bytes) == address)
            // Nobody gains by having us answer somebody else.
            #expect(bytes.count <= Self.request.count)
        }
    }

    @Test func nothingIsLeftOfAnAnswerWithoutRoom() throws {
        let request = try STUNMessage(reading: Self.request)
        #expect(request.answer(to: .init(ipv4: 1, port: 1), password: Self.password, capacity: 63).isEmpty)
        #expect(request.answer(to: .init(ipv4: 1, port: 1), password: Self.password, capacity: 64).count == 64)
    }
}

/// Spans cannot enter the macros of a test, so these take arrays.
extension STUNMessage {
    init(reading bytes: [UInt8]) throws(STUNFault) {
        try self.init(parsing: bytes.span.bytes)
    }

    func localName(in bytes: [UInt8]) -> String? { localFragment(in: bytes.span.bytes) }
    func isWhole(_ bytes: [UInt8]) -> Bool { hasFingerprint(in: bytes.span.bytes) }
    func seenAddress(in bytes: [UInt8]) -> TransportAddress? { mappedAddress(in: bytes.span.bytes) }

    func isAuthentic(_ bytes: [UInt8], password: String) -> Bool {
        guard let mac = HMACSHA1(key: Array(password.utf8)) else { return false }
        return isAuthentic(in: bytes.span.bytes, by: mac)
    }

    func answer(to address: TransportAddress, password: String, capacity: Int = 1500) -> [UInt8] {
        guard let mac = HMACSHA1(key: Array(password.utf8)) else { return [] }
        return written(capacity: capacity) { _ = answer(to: address, by: mac, into: &$0) }
    }
}
