using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// How the packages are built. docs/architecture.md draws it.
public sealed class ArchitectureTests
{
    private const int MaxConstructorParameters = 6;

    // What each folder of the core may use. Each line uses lines above it only, so there is no way back up.
    private static readonly Dictionary<string, string[]> s_core = new()
    {
        ["Polyfills"] = [],
        ["Events"] = ["Polyfills"],
        ["Diagnostics"] = ["Polyfills", "Events"],
        ["Security"] = ["Polyfills", "Diagnostics"],
        ["Serialization"] = ["Polyfills", "Events"],
        ["Configuration"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization"],
        ["Handling"] = ["Polyfills", "Events", "Diagnostics", "Serialization", "Configuration"],
        ["Receiving"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization", "Configuration", "Handling"],
        ["DependencyInjection"] = ["Polyfills", "Events", "Diagnostics", "Security", "Serialization", "Configuration", "Handling", "Receiving"],
    };

    public static TheoryData<string> Packages => [.. SourcePackage.All.Select(package => package.Name)];

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

        types.Where(type => type.IsClass && !type.IsSealed).Should().Equal(typeof(WebSoEvent));
        types.Select(type => type.Namespace).Distinct().Should().BeEquivalentTo("WebSo.Events", "Microsoft.Extensions.DependencyInjection");
    }

    [Fact]
    public void Core_Folders_UseOnlyTheFoldersBelowThem()
    {
        var uses = SourcePackage.Find("WebSo.Events").Uses;

        uses.Should().Contain(use => use.From == "Receiving" && use.To == "Handling" && use.Type == "Endpoint");
        uses.Where(use => !s_core[use.From].Contains(use.To)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Folders_OfAPackage_UseEachOtherInOneDirectionOnly(string package)
    {
        var uses = SourcePackage.Find(package).Uses;

        FindCycle([.. uses.Select(use => (use.From, use.To))]).Should().BeNull("the folders use each other: {0}", string.Join("; ", uses));
    }

    [Fact]
    public void FindCycle_OverThreeFolders_FindsIt()
    {
        FindCycle([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]).Should().NotBeNull();
        FindCycle([("a", "b"), ("a", "c"), ("b", "c")]).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Constructors_OfAPackage_HaveAtMostSixParameters(string package) => SourcePackage.Find(package).CountConstructorParameters()
        .Where(constructor => constructor.Parameters > MaxConstructorParameters).Should().BeEmpty("more than that is a type that is missing");

    [Theory]
    [MemberData(nameof(Packages))]
    public void Files_OfAPackage_HaveOneTypeEach(string package)
    {
        var files = SourcePackage.Find(package).FindTypes().ToList();

        files.Should().Contain(file => file.Names.Count == 1);
        files.Where(file => file.Names.Count > 1).Should().BeEmpty();
    }

    // One that is left when all are taken out that need no other.
    private static string? FindCycle(HashSet<(string From, string To)> uses)
    {
        var left = uses.SelectMany(use => new[] { use.From, use.To }).ToHashSet();
        while (left.FirstOrDefault(folder => !uses.Any(use => use.From == folder && left.Contains(use.To))) is { } free)
            left.Remove(free);
        return left.Count == 0 ? null : string.Join(", ", left);
    }
}
