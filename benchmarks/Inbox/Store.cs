namespace InboxBenchmark;

internal enum Store
{
    // No inbox. The endpoint reads the body and answers 200.
    None,
    Sqlite,
    PostgreSql,
}
