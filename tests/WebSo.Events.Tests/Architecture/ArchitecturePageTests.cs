using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>The drawings of docs/architecture.md match the code.</summary>
public sealed class ArchitecturePageTests
{
    private const int MaxFoldersOfAPath = 6;

    [Fact]
    public void Packages_Drawing_MatchesProjectReferences()
    {
        var references = SourcePackage.All.SelectMany(package => ReadReferences(package.Name).Select(to => (package.Name, to))).ToList();

        ArchitecturePage.ReadArrows("Packages").Should().BeEquivalentTo(references, "these are the references: {0}", Write(references));
        ArchitecturePage.ReadNames("Packages").Should().BeEquivalentTo(SourcePackage.All.Select(package => package.Name));
    }

    [Theory]
    [InlineData("Folders of the core", "WebSo.Events")]
    [InlineData("Folders of the inbox", "WebSo.Events.Inbox")]
    public void Folders_Drawing_MatchesUses(string heading, string package)
    {
        var arrows = ArchitecturePage.ReadArrows(heading);
        var uses = SourcePackage.Find(package).Uses.Select(use => (use.From, use.To)).Distinct().ToHashSet();

        arrows.Should().BeEquivalentTo(WithoutImplied(uses), "these are the uses: {0}", Write(WithoutImplied(uses)));
        ArchitecturePage.ReadNames(heading).Should().BeEquivalentTo(arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct());
    }

    [Fact]
    public void Paths_Drawings_NameClassesThatExistInAtMostSixFolders()
    {
        var diagrams = ArchitecturePage.ReadClasses("The path of a delivery");

        diagrams.Should().HaveCount(3);
        diagrams.SelectMany(classes => classes).Should().OnlyContain(
            item => File.Exists(Path.Combine(Repository.Root, "src", item.Folder, item.Class + ".cs")), "each class is in the folder that the drawing names");

        // The store of the inbox is drawn as a database. Its dialect adds one folder.
        diagrams.Should().OnlyContain(classes => classes.Count > 2 && classes.Select(item => item.Folder).Distinct().Count() < MaxFoldersOfAPath);
    }

    [Fact]
    public void WithoutImplied_ArrowThatFollowsFromOthers_IsLeftOut()
    {
        WithoutImplied([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d"), ("a", "e")]).Should().BeEquivalentTo([("a", "b"), ("b", "c"), ("c", "d"), ("a", "e")]);
    }

    private static string Write(IEnumerable<(string From, string To)> arrows) => string.Join("; ", arrows.Select(arrow => $"{arrow.From} --> {arrow.To}").Order(StringComparer.Ordinal));

    private static IEnumerable<string> ReadReferences(string package) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", package, package + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static List<(string From, string To)> WithoutImplied(HashSet<(string From, string To)> uses) =>
        [.. uses.Where(use => !uses.Any(first => first.From == use.From && first.To != use.To && Reaches(uses, first.To, use.To)))];

    // The architecture tests guarantee that there is no cycle.
    private static bool Reaches(HashSet<(string From, string To)> uses, string from, string to) =>
        uses.Contains((from, to)) || uses.Any(use => use.From == from && Reaches(uses, use.To, to));
}
