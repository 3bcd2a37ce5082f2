using FluentAssertions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace WebSo.Events;

// How the three packages of the inbox are built.
public sealed class InboxArchitectureTests
{
    // As the project has them.
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; "
        + "global using System.Threading; global using System.Threading.Tasks; global using WebSo.Events.Engine;";

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

    // A folder is a part of the inbox. Two that need each other are one.
    [Fact]
    public void Folders_OfTheInbox_NeedEachOtherInOneDirectionOnly()
    {
        var uses = UsesOf(Path.Combine(Repository.Root, "src", "WebSo.Events.Inbox"));

        uses.Should().Contain(use => use.From == "Receiving" && use.To == "Engine").And.Contain(use => use.From == "Engine" && use.To == "Operations");
        FindCycle(uses.Select(use => (use.From, use.To)).ToHashSet()).Should().BeNull(
            "folders must not need each other; there are {0}", string.Join("; ", uses.Select(use => $"{use.From} -> {use.To} ({use.Name})").Distinct()));
    }

    [Fact]
    public void FindCycle_OverThreeFolders_FindsIt()
    {
        FindCycle([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]).Should().NotBeNull();
        FindCycle([("a", "b"), ("a", "c"), ("b", "c")]).Should().BeNull();
    }

    // What is used of another folder, by the compiler's own reading of the names. Names in comments mean nothing.
    private static List<(string From, string To, string Name)> UsesOf(string project)
    {
        var trees = Directory.EnumerateDirectories(project)
            .Where(folder => Path.GetFileName(folder) is not ("bin" or "obj"))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path))
            .ToList();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "WebSo.Events.Inbox.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        // Its name and key make it a friend of the core.
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, cryptoPublicKey: [.. typeof(WebSoInboxOptions).Assembly.GetName().GetPublicKey()!]);
        var compilation = CSharpCompilation.Create("WebSo.Events.Inbox", [.. trees, CSharpSyntaxTree.ParseText(Usings)], references, options);
        return [.. trees.SelectMany(tree =>
        {
            var model = compilation.GetSemanticModel(tree);
            return tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
                .Select(name => model.GetSymbolInfo(name).Symbol)
                .Select(symbol => symbol is INamedTypeSymbol type ? type : symbol?.ContainingType)
                .SelectMany(type => type?.DeclaringSyntaxReferences.Select(reference => (Folder: FolderOf(reference.SyntaxTree.FilePath), type.Name)) ?? [])
                .Where(used => used.Folder != FolderOf(tree.FilePath))
                .Select(used => (FolderOf(tree.FilePath), used.Folder, used.Name));
        })];

        string FolderOf(string path) => Path.GetRelativePath(project, path).Split(Path.DirectorySeparatorChar)[0];
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
