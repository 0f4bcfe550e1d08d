package import Vocabulary

extension SupportSite {
    /// What is asked before the first message (C13): **only what the request needs**, and nothing unless the site asks for it.
    package struct Question: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            case line, paragraph, choice
        }

        /// `name`, `email` and `topic` mean what they say; every other key is the site's own.
        package var key: String
        package var kind: Kind
        package var isRequired: Bool
        /// By language code. Not needed for `name` and `email`.
        package var label: [String: String]
        /// Of a choice, each by language code; the English one is what is stored.
        package var options: [[String: String]]
        /// By the answer that is stored: the queue in which whoever chooses it waits, where it is not the site's own.
        package var queues: [String: ID<Queue>]

        package init(
            _ key: String, kind: Kind = .line, isRequired: Bool = false, label: [String: String] = [:], options: [[String: String]] = [],
            queues: [String: ID<Queue>] = [:]
        ) {
            self.key = key
            self.kind = kind
            self.isRequired = isRequired
            self.label = label
            self.options = options
            self.queues = queues
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                try values.decode(String.self, forKey: .key), kind: try values.decodeIfPresent(Kind.self, forKey: .kind) ?? .line,
                isRequired: try values.decodeIfPresent(Bool.self, forKey: .isRequired) ?? false,
                label: try values.decodeIfPresent([String: String].self, forKey: .label) ?? [:],
                options: try values.decodeIfPresent([[String: String]].self, forKey: .options) ?? [],
                queues: try values.decodeIfPresent([String: ID<Queue>].self, forKey: .queues) ?? [:])
        }
    }

    /// A bubble that offers help. **Decided in the visitor's browser**, from this alone: nothing is sent to decide it (C13).
    package struct Invitation: Codable, Sendable, Equatable {
        /// By language code.
        package var words: [String: String]
        /// The path it is for, `*` standing for anything: `/cart*`.
        package var path: String
        /// Seconds on the page.
        package var seconds: Int
        /// Pages seen in this visit.
        package var pages: Int
        /// Only while somebody can answer.
        package var needsAgent: Bool

        package init(words: [String: String], path: String = "*", seconds: Int = 0, pages: Int = 1, needsAgent: Bool = true) {
            self.words = words
            self.path = path
            self.seconds = seconds
            self.pages = pages
            self.needsAgent = needsAgent
        }
    }
}

/// A text that a site's administrator wrote in some languages: in this one, in English, or in any.
func words(_ words: [String: String], in language: Language) -> String? {
    words[language.rawValue] ?? words[Language.english.rawValue] ?? words.min { $0.key < $1.key }?.value
}
