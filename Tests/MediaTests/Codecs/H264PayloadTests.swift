import Testing

@testable import Media

@Suite struct H264PayloadTests {
    private func beginning(_ bytes: String) -> H264Payload.Beginning? { H264Payload.beginning(of: hex(bytes).span.bytes) }

    @Test func parametersAndWholePicturesAreFound() {
        // One unit: parameters, a picture that stands on no other, one that does, and something said in between.
        #expect(beginning("67 42e01f") == .parameters && beginning("65 88") == .keyPicture)
        #expect(beginning("41 9a") == [] && beginning("06 05") == [])
        // Both parameters and the picture in one packet, as small pictures come.
        #expect(beginning("78 0003 67420a 0002 68ce 0002 6588") == [.parameters, .keyPicture])
        #expect(beginning("78 0002 68ce 0002 419a") == [])
        // The first piece of a picture, and those behind it.
        #expect(beginning("7c 85 88") == .keyPicture && beginning("7c 05 88") == [] && beginning("7c 45 88") == [])
        #expect(beginning("7c 87 42") == .parameters && beginning("7c 81 9a") == [])
    }

    @Test(arguments: [
        "", "67", "60 00", "79 0000 00", "7a 00", "7b 00", "7d 85 00", "7e 00", "7f 00", "7c 85", "78 00", "78 00 01", "78 0001",
        "78 0000 67",
        "78 0004 674200", "78 0002 6742 00", "78 0002 6742 0005 68",
    ])
    func whatIsNoPacketOfItIsNone(bytes: String) {
        #expect(beginning(bytes) == nil)
    }

    private func encoding(_ packets: [(String, marker: Bool)]) -> [Bool?] {
        let encoding = Encoding(0, isVideo: true)
        return packets.enumerated().map { place, packet in
            let read = Publication.Packet(codec: .h264, sequence: UInt16(place), timestamp: 0, marker: packet.marker, isFirst: true)
            return encoding.describe(hex(packet.0).span.bytes, read, number: 70_000 + UInt64(place))?.isKey
        }
    }

    /// Browsers send the parameters with every whole picture, and only with them somebody new can begin; others may have said them before.
    @Test func aStreamIsBegunAtTheFirstOfAPicture() {
        #expect(encoding([("67 42", false), ("68 ce", false), ("65 88", true)]) == [true, false, false])
        #expect(encoding([("41 9a", true), ("7c 85 88", false), ("7c 45 88", true), ("65 88", true)]) == [false, true, false, true])
        // What stood before it was lost or comes later: nobody knows whether it was parameters.
        #expect(encoding([("41 9a", false), ("65 88", true)]) == [false, false])
        #expect(encoding([("7d 00", true)]) == [nil])
    }
}
