package import Hummingbird
import NIOCore

/// A form as this server understands it: where it goes and which fields it has. **A field that is not declared is refused** (C01).
package struct Form: Sendable {
    package let action: String
    package let fields: [Field]

    package init(_ action: String, _ fields: [Field]) {
        self.action = action
        self.fields = fields
    }

    /// One field.
    package struct Field: Sendable {
        package enum Kind: Sendable, Equatable {
            /// One line, white space at its ends dropped.
            case line
            /// Several lines.
            case paragraph
            /// Kept exactly as typed; never shown again.
            case secret
            /// One of these words.
            case choice([String])
            /// Any of these words.
            case choices([String])
            /// A box that is ticked or not.
            case flag
            /// A file, as its bytes; its name and type are not believed.
            case file
        }

        package let name: String
        package let kind: Kind
        package let isRequired: Bool
        /// Most characters (bytes of a file).
        package let maximum: Int
    }
}

extension Form.Field {
    package static func line(_ name: String, maximum: Int = 200, isRequired: Bool = true) -> Self {
        .init(name: name, kind: .line, isRequired: isRequired, maximum: maximum)
    }

    package static func paragraph(_ name: String, maximum: Int, isRequired: Bool = true) -> Self {
        .init(name: name, kind: .paragraph, isRequired: isRequired, maximum: maximum)
    }

    package static func secret(_ name: String, maximum: Int = 1000, isRequired: Bool = true) -> Self {
        .init(name: name, kind: .secret, isRequired: isRequired, maximum: maximum)
    }

    package static func choice(_ name: String, _ words: [String], isRequired: Bool = true) -> Self {
        .init(name: name, kind: .choice(words), isRequired: isRequired, maximum: 100)
    }

    package static func choices(_ name: String, _ words: [String], isRequired: Bool = false) -> Self {
        .init(name: name, kind: .choices(words), isRequired: isRequired, maximum: 100)
    }

    package static func flag(_ name: String, isRequired: Bool = false) -> Self {
        .init(name: name, kind: .flag, isRequired: isRequired, maximum: 10)
    }

    /// - Parameter maximum: bytes.
    package static func file(_ name: String, maximum: Int, isRequired: Bool = true) -> Self {
        .init(name: name, kind: .file, isRequired: isRequired, maximum: maximum)
    }
}

extension Form {
    /// The form as it is first shown, with these values in it.
    package func filled(with values: [String: String] = [:]) -> Submission {
        Submission(of: self, texts: values.mapValues { [$0] })
    }

    /// Reads what a browser sent.
    ///
    /// Missing and over-long values are noted beside their fields, for the page to show. What no page of ours can send
    /// (unknown fields, one twice, bytes that are not UTF-8, another media type) throws a `Problem`.
    package func read(_ request: Request) async throws -> Submission {
        let body = try await request.wholeBody()
        switch MediaType(request.headers[.contentType] ?? "") {
        case .form?:
            return try decode(try FormDecoder.pairs(body).map { ($0, .text($1)) })
        case .multipart(let boundary)? where fields.contains { $0.kind == .file }:
            let parts = try MultipartDecoder.parts(body, boundary: boundary, limit: fields.count * 2 + 20)
            return try decode(parts.map { ($0.name, $0.isFile ? .file($0.content) : .text(try FormDecoder.text($0.content))) })
        default:
            throw Problem.unsupportedMedia
        }
    }

    enum Value {
        case text(String)
        case file([UInt8])
    }

    /// The declared fields out of name and value pairs.
    func decode(_ pairs: [(String, Value)]) throws(Problem) -> Submission {
        let known = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
        var filled = Submission(of: self)
        for (name, value) in pairs {
            guard let field = known[name] else { throw .unknownField }
            switch (field.kind, value) {
            case (.file, .file(let bytes)):
                guard filled.files[name] == nil else { throw .malformed }
                filled.files[name] = bytes
            case (.file, .text), (_, .file):
                throw .malformed
            case (.choices, .text(let text)):
                filled.texts[name, default: []].append(text)
            case (_, .text(let text)):
                guard filled.texts[name] == nil else { throw .malformed }
                filled.texts[name] = [field.normalise(text)]
            }
        }
        for field in fields { try field.check(&filled) }
        return filled
    }
}

extension Request {
    /// The body that the mount collected.
    package func wholeBody() async throws -> [UInt8] {
        // The mount has already held the body to the route's limit; this one is for requests that did not come through it.
        Array(try await body.collect(upTo: 32 * 1024 * 1024).readableBytesView)
    }
}
