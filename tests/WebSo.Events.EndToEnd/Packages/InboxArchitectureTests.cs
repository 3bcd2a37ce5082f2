using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// How the three packages of the inbox are built.
public sealed class InboxArchitectureTests
{
    // Internal types of one are visible in the next: two of the same name would mean whichever is nearer.
    [Fact]
    public void TypeNames_OfThePackagesOfTheInbox_AreUnique()
    {
        var names = new[] { typeof(WebSoInboxOptions), typeof(WebSoSqliteOptions), typeof(WebSoPostgreSqlOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type is { IsNested: false, Namespace: { } space } && (space.StartsWith("WebSo.", StringComparison.Ordinal) || space.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
            .GroupBy(type => type.Name)
            .ToList();

        names.Should().HaveCountGreaterThan(100);
        names.Where(name => name.Count() > 1).Select(name => string.Join(", ", name.Select(type => $"{type.FullName} in {type.Assembly.GetName().Name}"))).Should().BeEmpty();
    }
}
