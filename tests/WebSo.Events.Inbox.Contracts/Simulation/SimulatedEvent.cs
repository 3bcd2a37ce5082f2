namespace WebSo.Events.Inbox.Contracts;

// An event that is to be stored once, and what the promise makes of it.
internal sealed class SimulatedEvent(string document, int number, Random random)
{
    public static readonly string[] HandlerNames = ["a", "b"];

    public string Document => document;

    public int Number => number;

    public IReadOnlyDictionary<string, SimulatedHandler> Handlers { get; } = HandlerNames.ToDictionary(name => name, _ => new SimulatedHandler(random));

    public bool IsDeadLetter => Handlers.Values.Any(handler => handler.Rejects);

    // By the steps of the schedule: one was called before another if it was answered before the other's call began.
    public int CalledAt { get; set; }

    public int AnsweredAt { get; set; } = int.MaxValue;

    public DateTimeOffset LastSeenAt { get; set; }

    public int Sightings { get; set; } = 1;

    public bool IsAnswered { get; set; }

    public bool CameWhilePaused { get; set; }

    public Guid? DeliveryId { get; set; }

    // By what the handlers saw.
    public bool IsSettled { get; set; }

    public string Body => $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"{{number}}"}""";

    public override string ToString() => $"{document}/{number}";
}
