using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WebSo.Events.Tests;

// The parsed source of a package.
internal sealed class SourcePackage
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; "
        + "global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest, preprocessorSymbols: ["NET"]);

    private static readonly List<PortableExecutableReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly string _folder;
    private readonly List<SyntaxTree> _trees;
    private readonly Lazy<IReadOnlyList<FolderUse>> _uses;

    private SourcePackage(string folder)
    {
        _folder = folder;
        _uses = new(FindUses);
        _trees = [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => FolderOf(path) is not ("bin" or "obj"))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), s_options, path))];
    }

    public string Name => Path.GetFileName(_folder);

    public static IReadOnlyList<SourcePackage> All { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
            .Select(folder => new SourcePackage(folder)),
    ];

    public static SourcePackage Find(string name) => All.Single(package => package.Name == name);

    // The types that each folder uses from other folders.
    public IReadOnlyList<FolderUse> Uses => _uses.Value;

    // The top-level types of each file. A generic type and its non-generic variant count once.
    public IEnumerable<(string File, IReadOnlyList<string> Names)> FindTypes() => _trees.Select(tree => (
        Path.GetRelativePath(_folder, tree.FilePath),
        (IReadOnlyList<string>)[.. tree.GetRoot().DescendantNodes()
            .Where(node => node.Parent is not TypeDeclarationSyntax)
            .Select(node => (node as BaseTypeDeclarationSyntax)?.Identifier.Text ?? (node as DelegateDeclarationSyntax)?.Identifier.Text)
            .OfType<string>()
            .Distinct()]));

    // The internal top-level types in folders. Nested folders are separated by dots.
    public IEnumerable<(string Type, string Folder, string Namespace)> FindInternalTypes() =>
        from tree in _trees
        let folder = (Path.GetDirectoryName(Path.GetRelativePath(_folder, tree.FilePath)) ?? "").Replace(Path.DirectorySeparatorChar, '.')
        where folder.Length > 0
        from type in tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where type.Parent is BaseNamespaceDeclarationSyntax && !type.Modifiers.Any(SyntaxKind.PublicKeyword)
        select (type.Identifier.Text, folder, ((BaseNamespaceDeclarationSyntax)type.Parent!).Name.ToString());

    public IEnumerable<(string Type, int Parameters)> CountConstructorParameters() => _trees.SelectMany(tree => tree.GetRoot().DescendantNodes()
        .Select(node => node switch
        {
            TypeDeclarationSyntax { ParameterList: { } primary } type => (type.Identifier.Text, primary.Parameters.Count),
            ConstructorDeclarationSyntax constructor => (constructor.Identifier.Text, constructor.ParameterList.Parameters.Count),
            _ => default,
        })
        .Where(counted => counted.Item1 is not null));

    private List<FolderUse> FindUses()
    {
        if (_trees.All(tree => FolderOf(tree.FilePath).Length == 0))
            return [];

        // Exclude the assembly of the package: its types come from the source.
        var references = s_references.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != Name);
        var compilation = CSharpCompilation.Create(Name, [.. _trees, CSharpSyntaxTree.ParseText(ImplicitUsings + OwnUsings(), s_options)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, cryptoPublicKey: [.. typeof(WebSoEvent).Assembly.GetName().GetPublicKey()!]));
        return [.. _trees.SelectMany(tree => FindUses(tree, compilation.GetSemanticModel(tree))).Distinct()];
    }

    private IEnumerable<FolderUse> FindUses(SyntaxTree tree, SemanticModel model)
    {
        var from = FolderOf(tree.FilePath);
        return tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(name => model.GetSymbolInfo(name))
            .Select(info => info.Symbol ?? info.CandidateSymbols.FirstOrDefault())
            .Select(symbol => symbol as INamedTypeSymbol ?? symbol?.ContainingType)
            .SelectMany(type => type?.DeclaringSyntaxReferences.Select(reference => new FolderUse(from, FolderOf(reference.SyntaxTree.FilePath), type.Name)) ?? [])
            .Where(use => use.To != from);
    }

    // Empty for a file in the root of the package.
    private string FolderOf(string path) =>
        Path.GetRelativePath(_folder, path).Split(Path.DirectorySeparatorChar) is [var first, _, ..] ? first : "";

    private string OwnUsings() => string.Concat(
        XDocument.Load(Path.Combine(_folder, Name + ".csproj")).Descendants("Using")
            .SelectMany(use => use.Attribute("Include")!.Value.Split(';'))
            .Select(space => $" global using {space};"));
}
