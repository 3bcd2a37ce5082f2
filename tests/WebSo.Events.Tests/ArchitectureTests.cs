using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Core_References_AreAbstractionsOnly()
    {
        var references = typeof(WebSoEvent).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

        references.Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).Should().BeSubsetOf(
        [
            "Microsoft.Extensions.Configuration.Abstractions",
            "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options",
            "Microsoft.Extensions.Primitives",
        ]);
        references.Should().NotContain(name => name.Contains("Data", StringComparison.Ordinal)
            || name.StartsWith("System.Net.Http", StringComparison.Ordinal)
            || name.StartsWith("System.Web", StringComparison.Ordinal));
    }

    [Fact]
    public void Core_PublicTypes_AreSealedStaticOrAbstractAndInTheFlatNamespace()
    {
        var types = typeof(WebSoEvent).Assembly.GetExportedTypes();

        types.Where(type => type.IsClass && !type.IsSealed).Should().BeEquivalentTo([typeof(WebSoEvent), typeof(WebSoRequest), typeof(WebSoEntryPoint)]);
        types.Select(type => type.Namespace).Distinct().Should().BeEquivalentTo("WebSo.Events", "Microsoft.Extensions.DependencyInjection");
    }
}
