namespace WebSo.Events;

// In the order in which a transaction writes them.
internal enum MarkKind
{
    CompleteHandler,
    Finish,
    Retry,
    Release,
}
