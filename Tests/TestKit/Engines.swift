package import Storage

/// Every database engine a storage-backed test runs on.
extension Database.Engine {
    package static var all: [Database.Engine] { [.sqlite] }
}
