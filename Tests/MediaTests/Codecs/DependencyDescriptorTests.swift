import Testing

@testable import Media

/// Writes numbers of any width, the highest bit first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var count = 0

    mutating func write(_ value: Int, _ width: Int) {
        for bit in (0..<width).reversed() {
            if count % 8 == 0 { bytes.append(0) }
            bytes[count / 8] |= UInt8(value >> bit & 1) << UInt8(7 - count % 8)
            count += 1
        }
    }
}

/// Descriptors of a stream of three temporal layers, whose highest comes in two kinds: one that may be gone up to with, and one that not.
enum Dependencies {
    /// - Parameter template: 0, 1 and 2 are the first of each layer, 3 stands on another of the highest.
    static func bytes(_ template: Int, picture: UInt16, begins: Bool = true, structure: Bool = false, offset: Int = 60) -> [UInt8] {
        var writer = BitWriter()
        writer.write(begins ? 1 : 0, 1)
        writer.write(0, 1)
        writer.write((template + offset) % 64, 6)
        writer.write(Int(picture), 16)
        guard structure else { return writer.bytes }
        writer.write(0b10000, 5)
        writer.write(offset, 6)
        writer.write(2, 5)
        for next in [1, 1, 0, 3] { writer.write(next, 2) }
        for indication in [2, 2, 2, 0, 2, 2, 0, 0, 2, 0, 0, 3] { writer.write(indication, 2) }
        // What they stand on, chains, and how large they are, which nobody here reads.
        writer.write(0x5A5A, 16)
        return writer.bytes
    }
}

@Suite struct DependencyDescriptorTests {
    private func read(_ bytes: [UInt8], _ structure: inout DependencyDescriptor.Structure) -> DependencyDescriptor? {
        DependencyDescriptor(parsing: bytes.span.bytes, by: &structure)
    }

    @Test func layersAreToldByTheStructureOfTheLastWholePicture() throws {
        var structure = DependencyDescriptor.Structure()
        let early = try #require(read(Dependencies.bytes(1, picture: 6), &structure))
        #expect(early.picture == 6 && early.layer == nil && !early.beginsKeyframe)
        let whole = try #require(read(Dependencies.bytes(0, picture: 7, structure: true), &structure))
        #expect(whole.beginsKeyframe && whole.layer == 0 && whole.isSynchronised)
        let found = try (0..<4).map { try #require(read(Dependencies.bytes($0, picture: 0xFFFF), &structure)) }
        #expect(found.map(\.layer) == [0, 1, 2, 2] && found.map(\.isSynchronised) == [true, true, true, false])
        #expect(found.allSatisfy { !$0.beginsKeyframe && $0.picture == 0xFFFF })
        // One that the structure does not have.
        #expect(read(Dependencies.bytes(4, picture: 8), &structure)?.layer == nil)
        // A structure in a packet that begins no picture begins nothing.
        #expect(read(Dependencies.bytes(0, picture: 9, begins: false, structure: true), &structure)?.beginsKeyframe == false)
    }

    /// A structure that is cut anywhere changes nothing of the one before.
    @Test func whatGoesOnPastTheEndIsNone() throws {
        var structure = DependencyDescriptor.Structure()
        _ = read(Dependencies.bytes(0, picture: 7, structure: true), &structure)
        let whole = Dependencies.bytes(0, picture: 8, structure: true, offset: 20)
        // The head, five bits, eleven of numbers, four templates and their indications.
        for length in 0..<9 where length != 3 {
            #expect(read(Array(whole.prefix(length)), &structure) == nil, "\(length)")
            #expect(structure.layer(of: 62)?.temporal == 2)
        }
        #expect(read(Array(whole.prefix(9)), &structure)?.beginsKeyframe == true)
        #expect(structure.layer(of: 22)?.temporal == 2 && structure.layer(of: 62) == nil)
        // Templates without end.
        #expect(read([0x80, 0, 0, 0x80] + [UInt8](repeating: 0, count: 200), &structure) == nil)
    }

    @Test func withoutADescriptorTheFirstByteTellsAWholePicture() {
        func begins(_ bytes: [UInt8]) -> Bool? { AV1Payload.beginsSequence(bytes.span.bytes) }
        #expect(begins([0x18, 0x0A]) == true && begins([0x10, 0x32]) == false && begins([0x90, 0x32]) == false)
        // Nothing behind it; and one that goes on and begins anew.
        #expect(begins([]) == nil && begins([0x18]) == nil && begins([0x98, 0x0A]) == nil)
    }
}
