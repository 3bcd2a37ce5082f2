namespace WebSo.Events;

internal sealed class AnsweredOperation(WebSoInboxSighting sighting) : WriteOperation
{
    private const int MaxTries = 20;

    private int _tries;

    public override bool IsAwaited => false;

    // A note only: without it the answer counts as unknown, and a file that can't be written must not fill the memory.
    public override bool TryTake() => ++_tries <= MaxTries;

    public override void Execute(WriteSession session)
    {
        if (sighting.Number == 1)
        {
            session.NoteAnswered(sighting.Id);
            return;
        }

        session
            .Sql("UPDATE deliveries SET answered_repeat = ?2 WHERE seq = ?1 AND answered_repeat < ?2")
            .Bind(1, sighting.Id)
            .Bind(2, sighting.Number)
            .Execute();
    }

    public override void Fail(Exception failure)
    {
    }
}
