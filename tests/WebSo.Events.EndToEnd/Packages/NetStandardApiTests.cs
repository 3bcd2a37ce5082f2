using System.Reflection;
using System.Runtime.Loader;
using FluentAssertions;
using PublicApiGenerator;
using Xunit;

namespace WebSo.Events;

public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions s_options = new()
    {
        IncludeAssemblyAttributes = false,

        // Extension methods live in namespaces of Microsoft, which the generator leaves out unless told otherwise.
        DenyNamespacePrefixes = [],

        // For trimming, which .NET Framework does not know.
        ExcludeAttributes = ["System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembersAttribute"],
    };

    [Theory]
    [InlineData("WebSo.Events.dll")]
    [InlineData("WebSo.Events.HttpListener.dll")]
    [InlineData("WebSo.Events.Inbox.dll")]
    [InlineData("WebSo.Events.Inbox.Sqlite.dll")]
    public void PublicApi_OfNetFramework_IsThatOfNet(string file)
    {
        var context = new AssemblyLoadContext(file, isCollectible: true);
        var folder = ListenerProcess.OutputOf("NetFrameworkService", "net472");
        var framework = context.LoadFromAssemblyPath(Path.Combine(folder, file));
        var net = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, file));

        framework.GetCustomAttributesData().Should().Contain(
            attribute => attribute.ToString().Contains(".NETStandard,Version=v2.0", StringComparison.Ordinal),
            "it is the build for .NET Framework");
        framework.GeneratePublicApi(s_options).Should().Be(net.GeneratePublicApi(s_options));
    }
}
