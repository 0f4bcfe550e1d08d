import CZlib

/// What is packed in bytes: gzip, zlib and the members of zip archives,
/// wherever they begin. (Tar does not pack: its members lie there as they are.)
enum Archive {
    struct Stream {
        let kind: String
        let offset: Int
        let bytes: [UInt8]
    }

    /// Longest content that is looked at, against bombs.
    static let limit = 64 * 1024 * 1024

    static func streams(in bytes: [UInt8]) -> [Stream] {
        var streams: [Stream] = []
        var offset = 0
        while offset + 4 < bytes.count {
            defer { offset += 1 }
            guard let (kind, start, window) = packing(bytes, at: offset), let content = inflate(bytes, from: start, window: window) else {
                continue
            }
            streams.append(Stream(kind: kind, offset: offset, bytes: content))
        }
        return streams
    }

    /// What begins here, where its deflated bytes begin, and zlib's word for its form.
    private static func packing(_ bytes: [UInt8], at offset: Int) -> (kind: String, start: Int, window: Int32)? {
        switch (bytes[offset], bytes[offset + 1]) {
        case (0x1F, 0x8B) where bytes[offset + 2] == 8: return ("gzip", offset, 31)
        // RFC 1950 §2.2: deflate with a window of 32 kB, and the check of the two bytes.
        case (0x78, let flags) where (0x7800 + Int(flags)) % 31 == 0 && flags & 0x20 == 0: return ("zlib", offset, 15)
        // A zip member with method 8: 30 bytes of header, the name, the extra field (APPNOTE 4.3.7).
        case (0x50, 0x4B) where offset + 30 < bytes.count && bytes[offset + 2] == 3 && bytes[offset + 3] == 4 && bytes[offset + 8] == 8:
            let name = Int(bytes[offset + 26]) | Int(bytes[offset + 27]) << 8
            let extra = Int(bytes[offset + 28]) | Int(bytes[offset + 29]) << 8
            let start = offset + 30 + name + extra
            return start < bytes.count ? ("zip", start, -15) : nil
        default: return nil
        }
    }

    /// What comes out, as far as it goes: a stream that breaks off may have told enough. Nil when nothing does.
    private static func inflate(_ bytes: [UInt8], from start: Int, window: Int32) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        bytes.withUnsafeBufferPointer { input in
            // zlib promises not to write where it reads.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress!.advanced(by: start))
            stream.avail_in = UInt32(clamping: input.count - start)
            while output.count < limit {
                let status = chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    return CZlib.inflate(&stream, Z_NO_FLUSH)
                }
                output += chunk[..<(chunk.count - Int(stream.avail_out))]
                guard status == Z_OK, stream.avail_out == 0 || stream.avail_in > 0 else { break }
            }
        }
        return output.isEmpty ? nil : output
    }
}
