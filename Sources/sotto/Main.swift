import Server

@main
enum Main {
    static func main() async {
        await Command.main()
    }
}
