import Testing

@testable import Media

@Suite struct DatagramTests {
    @Test(
        arguments: [
            ([0, 1], Datagram.stun), ([3, 0], .stun), ([20, 0], .dtls), ([63, 0], .dtls), ([128, 111], .rtp), ([191, 255], .rtp),
            ([128, 191], .rtp),
            ([128, 192], .rtcp), ([129, 200], .rtcp), ([128, 223], .rtcp), ([128, 224], .rtp),
        ] as [([UInt8], Datagram)])
    func theFirstBytesTellWhatADatagramIs(bytes: [UInt8], kind: Datagram) {
        let found = Datagram(bytes.span.bytes)
        #expect(found == kind)
    }

    @Test(arguments: [[], [0], [4, 0], [19, 0], [64, 0], [127, 255], [192, 0], [255, 255]] as [[UInt8]])
    func everythingElseIsNothing(bytes: [UInt8]) {
        let found = Datagram(bytes.span.bytes)
        #expect(found == nil)
    }
}
