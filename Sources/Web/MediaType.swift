/// The media types a body of ours can have (RFC 9110 §8.3.1).
enum MediaType: Equatable {
    case form
    case multipart(boundary: String)
    case json

    /// Nil for every other type, and for a multipart one without a proper boundary (RFC 2046 §5.1.1).
    init?(_ header: String) {
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
        switch parts.first?.lowercased() {
        case "application/x-www-form-urlencoded": self = .form
        case "application/json": self = .json
        case "multipart/form-data":
            guard let parameter = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") }) else { return nil }
            let boundary = parameter.dropFirst("boundary=".count).filter { $0 != "\"" }
            guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            self = .multipart(boundary: boundary)
        default: return nil
        }
    }
}
