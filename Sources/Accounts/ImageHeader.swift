/// The first facts about an uploaded picture, read before anything is decoded: format, size, orientation.
struct ImageHeader: Equatable, Sendable {
    enum Format: Sendable { case jpeg, png, webp, gif }

    let format: Format
    let width: Int
    let height: Int
    /// EXIF orientation, 1 when there is none.
    let orientation: Int

    /// Nil when the bytes are none of the four formats or end too early.
    init?(_ bytes: [UInt8]) {
        let reader = ByteReader(bytes)
        if reader.starts(with: [0xFF, 0xD8, 0xFF]) {
            self.init(jpeg: reader)
        } else if reader.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            guard let width = reader.big32(16), let height = reader.big32(20) else { return nil }
            self.init(.png, width, height)
        } else if reader.starts(with: Array("GIF8".utf8)) {
            guard let width = reader.little16(6), let height = reader.little16(8) else { return nil }
            self.init(.gif, width, height)
        } else if reader.starts(with: Array("RIFF".utf8)), reader.starts(with: Array("WEBP".utf8), at: 8) {
            self.init(webp: reader)
        } else {
            return nil
        }
    }

    private init(_ format: Format, _ width: Int, _ height: Int, orientation: Int = 1) {
        self.format = format
        self.width = width
        self.height = height
        self.orientation = orientation
    }

    /// Walks the segments to the first frame header (ITU-T T.81 §B.2.2), noting the orientation on the way.
    private init?(jpeg reader: ByteReader) {
        var place = 2
        var orientation = 1
        while let mark = reader.byte(place), let kind = reader.byte(place + 1), let length = reader.big16(place + 2) {
            guard mark == 0xFF, length >= 2 else { return nil }
            let isFrame = (0xC0...0xCF).contains(kind) && ![0xC4, 0xC8, 0xCC].contains(kind)
            if isFrame {
                guard let height = reader.big16(place + 5), let width = reader.big16(place + 7) else { return nil }
                self.init(.jpeg, width, height, orientation: orientation)
                return
            }
            if kind == 0xE1 { orientation = Self.orientation(reader, at: place + 4) ?? orientation }
            place += 2 + length
        }
        return nil
    }

    /// RFC 9649 §2: the first chunk is `VP8 `, `VP8L` or `VP8X`.
    private init?(webp reader: ByteReader) {
        if reader.starts(with: Array("VP8X".utf8), at: 12) {
            guard let width = reader.little24(24), let height = reader.little24(27) else { return nil }
            self.init(.webp, width + 1, height + 1)
        } else if reader.starts(with: Array("VP8L".utf8), at: 12) {
            guard let low = reader.little16(21), let high = reader.little16(23) else { return nil }
            let bits = low | high << 16
            self.init(.webp, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        } else if reader.starts(with: Array("VP8 ".utf8), at: 12) {
            guard let width = reader.little16(26), let height = reader.little16(28) else { return nil }
            self.init(.webp, width & 0x3FFF, height & 0x3FFF)
        } else {
            return nil
        }
    }

    /// Tag 0x0112 of the first directory of the TIFF structure inside an APP1 segment.
    private static func orientation(_ reader: ByteReader, at place: Int) -> Int? {
        guard reader.starts(with: Array("Exif".utf8) + [0, 0], at: place) else { return nil }
        let base = place + 6
        let isLittle = reader.byte(base) == 0x49
        func short(_ at: Int) -> Int? { isLittle ? reader.little16(at) : reader.big16(at) }
        func long(_ at: Int) -> Int? { isLittle ? reader.little32(at) : reader.big32(at) }
        guard let directory = long(base + 4), let count = short(base + directory), count <= 1_000 else { return nil }
        for index in 0..<count {
            let entry = base + directory + 2 + index * 12
            if short(entry) == 0x0112, let value = short(entry + 8), (1...8).contains(value) { return value }
        }
        return nil
    }
}

/// Reads numbers from bytes at any place; nil beyond the end.
struct ByteReader: Sendable {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func byte(_ at: Int) -> Int? { bytes.indices.contains(at) ? Int(bytes[at]) : nil }

    func starts(with prefix: [UInt8], at place: Int = 0) -> Bool {
        bytes.count >= place + prefix.count && bytes[place..<place + prefix.count].elementsEqual(prefix)
    }

    func big16(_ at: Int) -> Int? { number([at, at + 1]) }
    func big32(_ at: Int) -> Int? { number([at, at + 1, at + 2, at + 3]) }
    func little16(_ at: Int) -> Int? { number([at + 1, at]) }
    func little24(_ at: Int) -> Int? { number([at + 2, at + 1, at]) }
    func little32(_ at: Int) -> Int? { number([at + 3, at + 2, at + 1, at]) }

    private func number(_ places: [Int]) -> Int? {
        var number = 0
        for place in places {
            guard let byte = byte(place) else { return nil }
            number = number << 8 | byte
        }
        return number
    }
}
