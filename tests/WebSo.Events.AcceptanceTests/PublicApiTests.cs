using System.Reflection;
using Xunit;

namespace WebSo.Events;

/// <summary>The public API of each package but the core's, which its own tests check.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("WebSo.Events.AspNetCore")]
    [InlineData("WebSo.Events.HttpListener")]
    [InlineData("WebSo.Events.Inbox")]
    [InlineData("WebSo.Events.Inbox.Sqlite")]
    [InlineData("WebSo.Events.Inbox.PostgreSql")]
    [InlineData("WebSo.Events.Emulator")]
    [InlineData("WebSo.Events.ESign")]
    public void PublicApi_OfAPackage_IsAsInTheGoldenFile(string package) => PublicApi.ShouldBeAsInTheGoldenFile(Assembly.Load(package));
}
