using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class SmokeTests
{
    [Fact]
    public void Reads() => WebSoEventSerializer.Default.Deserialize("{event:\"RENDER_RETURN\",\"status\":\"success\",\"document_id\":\"1234\"}")
        .Should().Be(new RenderReturnEvent { DocumentId = "1234", Status = RenderStatus.Success });
}
