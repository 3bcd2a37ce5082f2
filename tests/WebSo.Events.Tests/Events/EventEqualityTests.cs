using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class EventEqualityTests
{
    private static readonly UserFinishEvent s_event = new()
    {
        UserId = "1",
        DocumentId = "2",
        FieldsSigned = 3,
        ExtraProperties = Extras.Of(("a", "1"), ("b", """{"x":1,"y":[true]}""")),
    };

    [Fact]
    public void Equals_SameValues_IsTrueWithTheSameHash()
    {
        var other = new UserFinishEvent
        {
            UserId = "1",
            DocumentId = "2",
            FieldsSigned = 3,
            ExtraProperties = Extras.Of(("b", """{ "y": [ true ], "x": 1.0 }"""), ("a", "1")),
        };

        other.Should().Be(s_event);
        other.GetHashCode().Should().Be(s_event.GetHashCode());
    }

    public static TheoryData<WebSoEvent> Others =>
    [
        s_event with { UserId = "2" },
        s_event with { DocumentId = "3" },
        s_event with { FieldsSigned = 4 },
        s_event with { ExtraProperties = ExtraPropertyDictionary.Empty },
        s_event with { ExtraProperties = Extras.Of(("a", "1"), ("b", """{"x":1,"y":[false]}""")) },
        s_event with { ExtraProperties = Extras.Of(("a", "1"), ("c", """{"x":1,"y":[true]}""")) },
        s_event with { ExtraProperties = Extras.Of(("a", "\"1\""), ("b", """{"x":1,"y":[true]}""")) },
        new UnknownWebSoEvent("USER_FINISH") { DocumentId = "2", ExtraProperties = s_event.ExtraProperties },
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void Equals_AnyOtherValue_IsFalse(WebSoEvent other) => s_event.Equals(other).Should().BeFalse();

    [Fact]
    public void Equals_UnknownEventsWithDifferentNames_ReturnsFalse() => new UnknownWebSoEvent("A").Should().NotBe(new UnknownWebSoEvent("B"));

    [Fact]
    public void UnknownEvent_WithoutName_Throws()
    {
        var act = () => new UnknownWebSoEvent("");

        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Setters_Null_SetEmptyValue()
    {
        var e = new UnknownWebSoEvent("A") { DocumentId = null!, ExtraProperties = null! };

        e.Should().Be(new UnknownWebSoEvent("A"));
        e.DocumentId.Should().BeEmpty();
    }

    [Fact]
    public void ToString_WithExtraProperties_ShowsOnlyNames() =>
        s_event.ToString().Should().Contain("ExtraProperties = {a, b}").And.NotContain("true");
}
