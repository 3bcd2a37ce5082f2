using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Packages;

public sealed class InboxArchitectureTests
{
    // Internal types of one package are visible in the next. If names were not unique, code could use the wrong type.
    [Fact]
    public void TypeNames_OfInboxPackages_AreUnique()
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
