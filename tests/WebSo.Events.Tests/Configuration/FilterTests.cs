using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class FilterTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" , ,")]
    public void Parse_NoNames_MatchesAll(string? filter)
    {
        var parsed = WebSoEventFilter.Parse(filter);

        parsed.Should().BeSameAs(WebSoEventFilter.All);
        parsed.Matches("ANYTHING").Should().BeTrue();
        (parsed.Names.Count, parsed.ToString()).Should().Be((0, ""));
    }

    [Theory]
    [InlineData("RENDER_RETURN,USER_FINISH")]
    [InlineData(" RENDER_RETURN , \tUSER_FINISH ")]
    [InlineData(",RENDER_RETURN,,USER_FINISH,RENDER_RETURN,")]
    public void Parse_Names_MatchesOnlyThem(string filter)
    {
        var parsed = WebSoEventFilter.Parse(filter);

        parsed.Names.Should().BeEquivalentTo("RENDER_RETURN", "USER_FINISH");
        parsed.Matches("RENDER_RETURN").Should().BeTrue();
        parsed.Matches("USER_FINISH").Should().BeTrue();
        parsed.Matches("user_finish").Should().BeFalse();
        parsed.Matches("USER_FINISHED").Should().BeFalse();
        parsed.Matches(" USER_FINISH").Should().BeFalse();
        parsed.Matches("").Should().BeFalse();
        WebSoEventFilter.Parse(parsed.ToString()).Names.Should().BeEquivalentTo(parsed.Names);
    }
}
