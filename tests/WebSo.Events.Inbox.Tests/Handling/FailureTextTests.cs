using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// The error text that operators see.
public sealed class FailureTextTests
{
    [Fact]
    public void Of_NestedExceptions_ContainsHandlerMessagesAndInnermostStack()
    {
        var text = FailureText.Of(new HandlerException("archive", new InvalidOperationException("see inner exception", Thrown())));

        text.Should().StartWith("archive: InvalidOperationException: see inner exception");
        text.Should().Contain("caused by FormatException: the cause").And.Contain("at ").And.Contain(nameof(Throw));
    }

    [Fact]
    public void Of_ManyNestedExceptions_IsBounded()
    {
        Exception failure = new FormatException(new string('x', 10_000));
        for (var i = 0; i < 100; i++)
            failure = new InvalidOperationException($"level {i}", failure);

        var text = FailureText.Of(failure);

        text.Length.Should().BeLessThanOrEqualTo(4000);
        text.Split("caused by").Should().HaveCount(8);
    }

    private static FormatException Thrown()
    {
        try
        {
            return Throw();
        }
        catch (FormatException failure)
        {
            return failure;
        }
    }

    private static FormatException Throw() => throw new FormatException("the cause");
}
