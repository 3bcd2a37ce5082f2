namespace InboxBenchmark;

internal enum Store
{
    // No inbox: the endpoint drains the body and answers 200.
    None,
    Sqlite,
    PostgreSql,
}
