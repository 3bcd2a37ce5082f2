using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class AllocationTests
{
    private static readonly Dictionary<string, Func<object>> s_results = new()
    {
        // The event and the strings that are not predefined.
        ["status_change.documented"] = () => new StatusChangeEvent
        {
            From = SignatureRequestStatus.New,
            To = SignatureRequestStatus.PartiallySigned,
            DocumentId = Text("23822"),
        },
        ["user_finish.documented"] = () => new UserFinishEvent { UserId = Text("1"), DocumentId = Text("27268"), FieldsSigned = 2 },
        ["field_signed_or_rejected.documented"] = () => new FieldSignedOrRejectedEvent
        {
            FieldId = Text("12"),
            FieldStatus = FieldStatus.Signed,
            DocumentId = Text("27268"),
            UserId = Text("1"),
        },
        ["render_return.strict"] = () => new RenderReturnEvent { Status = RenderStatus.Success, DocumentId = Text("1234") },
    };

    public static TheoryData<string> Names => [.. s_results.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_DocumentedPayload_AllocatesOnlyEventAndTexts(string name)
    {
        var body = Payload.Read(name);

        var read = Measure(() => WebSoEventSerializer.Default.Deserialize(body));

        read.Should().Be(Measure(s_results[name]));
    }

    [Fact]
    public void Deserialize_KnownValues_ReturnsSameStrings()
    {
        var e = (RenderReturnEvent)WebSoEventSerializer.Default.Deserialize(Payload.Read("render_return.strict"));

        e.Status.Value.Should().BeSameAs(RenderStatus.Success.Value);
    }

    // The minimum of several runs, because some include allocations of the runtime.
    private static long Measure(Func<object> make)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 200; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = make();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static string Text(string text) => new(text.AsSpan());
}
