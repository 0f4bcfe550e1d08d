import Foundation
package import Vocabulary

/// An export on disk: one file, or a folder of them. Attachments lie in a folder `files` beside them, named by their ids.
package struct ExportFolder: Sendable {
    package struct File: Sendable {
        package let path: String
        /// As it is printed.
        package let name: String
        /// Of a CSV file: its columns.
        package let columns: [String]?
    }

    package enum Trouble: Error, Equatable {
        case nothingThere
        case empty
    }

    package let files: [File]
    /// Where attachments lie.
    private let attachments: String
    /// Their names by what stands before the dot: some exports tell a file's id and no name.
    private let namesByID: [String: String]

    /// Bytes that are read at a time.
    private static let piece = 256 * 1024
    /// Most bytes of a line that names columns.
    private static let longestHead = 64 * 1024

    package init(at path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw Trouble.nothingThere }
        let names: [String]
        let folder: String
        if isFolder.boolValue {
            folder = path
            names = try FileManager.default.subpathsOfDirectory(atPath: path).filter { !$0.hasPrefix("files/") }.sorted()
        } else {
            folder = (path as NSString).deletingLastPathComponent
            names = [(path as NSString).lastPathComponent]
        }
        attachments = (folder.isEmpty ? "." : folder) + "/files"
        let beside = (try? FileManager.default.contentsOfDirectory(atPath: attachments)) ?? []
        namesByID = Dictionary(beside.sorted().map { (($0 as NSString).deletingPathExtension, $0) }) { first, _ in first }
        files = try names.compactMap { name in
            let whole = folder.isEmpty ? name : folder + "/" + name
            switch (name as NSString).pathExtension.lowercased() {
            case "json", "jsonl", "ndjson": return File(path: whole, name: name, columns: nil)
            case "csv": return File(path: whole, name: name, columns: try Self.columns(of: whole))
            default: return nil
            }
        }
        guard !files.isEmpty else { throw Trouble.empty }
    }

    private static func columns(of path: String) throws -> [String] {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        let head = try handle.read(upToCount: longestHead) ?? Data()
        var line = head.prefix { $0 != 0x0A }
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        return CSVSplitter.fields(line)
    }

    /// Gives the places of the records of a file to `body`, in order and a piece at a time.
    func split(_ index: Int, _ body: ([SplitRecord]) async throws -> Void) async throws {
        let file = files[index]
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }
        var splitter: any RecordSplitter = file.columns == nil ? JSONSplitter() : CSVSplitter()
        while let data = try handle.read(upToCount: Self.piece), !data.isEmpty { try await body(splitter.feed(data)) }
        try await body(splitter.finish())
    }

    /// A record's value; nil when it is no valid JSON.
    func value(in file: File, at place: RecordPlace, handles: inout OpenFiles) throws -> ExportValue? {
        let data = try handles.read(file.path, at: place)
        guard let columns = file.columns else { return ExportValue(json: data) }
        let fields = CSVSplitter.fields(data)
        return .object(Dictionary(zip(columns, fields.map(ExportValue.text))) { first, _ in first })
    }

    /// The path of an attachment that lies beside the export. **Only a plain file of that folder**, never what a link leads to.
    func path(of file: ExportFile) -> String? {
        let end = (file.name as NSString).pathExtension
        let names = [
            file.id, end.isEmpty ? nil : "\(file.id).\(end)", "\(file.id)-\(file.name)", "\(file.id)_\(file.name)", namesByID[file.id],
        ]
        for case let name? in names where !name.contains("/") && !name.contains("\0") && name != "." && name != ".." {
            let path = attachments + "/" + name
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            if attributes?[.type] as? FileAttributeType == .typeRegular { return path }
        }
        return nil
    }
}

/// The file that was read last, open: records of one conversation mostly lie in one.
struct OpenFiles {
    private var path = ""
    private var handle: FileHandle?

    mutating func read(_ path: String, at place: RecordPlace) throws -> [UInt8] {
        if self.path != path {
            try handle?.close()
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
            self.path = path
        }
        try handle?.seek(toOffset: UInt64(place.start))
        return Array(try handle?.read(upToCount: place.length) ?? Data())
    }

    mutating func close() {
        try? handle?.close()
        (handle, path) = (nil, "")
    }
}
