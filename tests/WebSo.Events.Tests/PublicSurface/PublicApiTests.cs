using Xunit;

namespace WebSo.Events.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheCore_IsAsInTheGoldenFile() => PublicApi.ShouldBeAsInTheGoldenFile(typeof(WebSoEvent).Assembly);
}
