import HTTPTypes
import Testing
import Web

@Suite struct TrustedProxyTests {
    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    private static let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"].compactMap(AddressRange.init))

    private static func client(_ hops: [String], from peer: String, scheme: String? = nil) -> TrustedProxies.Client {
        var fields: HTTPFields = [:]
        fields[values: forwardedFor] = hops
        fields[HTTPField.Name("X-Forwarded-Proto")!] = scheme
        return proxies.client(of: fields, from: IPAddress(peer))
    }

    @Test func aBrowserThatConnectsItselfIsWhoItSeems() {
        #expect(Self.client([], from: "192.0.2.7").household.value == "192.0.2.7")
    }

    @Test func malloryCannotClaimAnotherAddress() {
        let client = Self.client(["198.51.100.1"], from: "192.0.2.66", scheme: "https")
        #expect(client.household.value == "192.0.2.66")
        #expect(!client.isEncrypted)
        #expect(client.isForwarded)
    }

    @Test func ourProxyIsBelieved() {
        let client = Self.client(["198.51.100.1"], from: "127.0.0.1", scheme: "https")
        #expect(client.household.value == "198.51.100.1")
        #expect(client.isEncrypted)
    }

    @Test func whatMalloryPutBeforeOurProxyDoesNotCount() {
        #expect(Self.client(["203.0.113.9, 192.0.2.66"], from: "127.0.0.1").household.value == "192.0.2.66")
        #expect(Self.client(["203.0.113.9", "192.0.2.66"], from: "127.0.0.1").household.value == "192.0.2.66")
    }

    @Test func severalProxiesOfOursAreLookedThrough() {
        #expect(Self.client(["192.0.2.7, 10.1.2.3, fd00::1"], from: "127.0.0.1").household.value == "192.0.2.7")
    }

    @Test(arguments: ["unknown", "", "_hidden", "1.2.3", "1.2.3.4.5", "::g", "192.0.2.7, nonsense"])
    func nonsenseLeavesTheNearestKnownAddress(hop: String) {
        #expect(Self.client([hop], from: "127.0.0.1").household.value == "127.0.0.1")
    }

    @Test(arguments: [("192.0.2.7:4711", "192.0.2.7"), ("[2001:db8::1]:4711", "2001:db8:0:0::/64"), ("[2001:db8::1]", "2001:db8:0:0::/64")])
    func aPortIsNotPartOfTheAddress(hop: String, household: String) {
        #expect(Self.client([hop], from: "127.0.0.1").household.value == household)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "203.0.113.1", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
        ("2001:db8::/33", "2001:db8:7fff::", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:0", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:0", false), ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
    ]) func aRangeEndsWhereItSays(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::/129", "ten/8", "10.0.0/8"])
    func aMalformedRangeIsNone(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
