using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace WebSo.Events.EndToEnd.Documentation;

/// <summary>Checks that each C# block of the README and of docs/ compiles, and that each linked file exists.</summary>
public sealed partial class DocumentationTests
{
    // The context that documentation samples assume: the usings of a web project, and services of an application.
    private const string Preamble = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.HttpOverrides;
        global using Microsoft.AspNetCore.Mvc.Testing;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.AspNetCore.Server.Kestrel.Https;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        global using WebSo.Events;

        public interface IArchive
        {
            Task StoreAsync(string documentId, Guid deliveryId, CancellationToken cancellationToken);
        }
        """;

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Fact]
    public void Configuration_OptionsOfListener_MatchProperties()
    {
        var page = Repository.Read("docs/configuration.md");
        var table = page.Split("## Options of the listener")[1].Split("\n## ")[0];

        var rows = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

        rows.Should().BeEquivalentTo(typeof(WebSoListenerOptions).GetProperties().Select(property => property.Name));
    }

    public static TheoryData<string, int> Blocks()
    {
        var blocks = new TheoryData<string, int>();
        foreach (var file in Files())
        {
            foreach (Match match in CSharpBlock().Matches(Repository.Read(file)))
                blocks.Add(file, match.Index);
        }

        return blocks;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_OfDocumentation_Compiles(string file, int position)
    {
        var text = Repository.Read(file);
        var code = CSharpBlock().Match(text, position).Groups["code"].Value;
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = new[] { CSharpSyntaxTree.ParseText(Preamble, options, cancellationToken: Canceled), CSharpSyntaxTree.ParseText(Complete(code), options, cancellationToken: Canceled) };
        var isProgram = trees[1].GetCompilationUnitRoot(Canceled).Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement));

        var compilation = CSharpCompilation.Create(
            "Documentation",
            trees,
            References(),
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));

        compilation.GetDiagnostics(Canceled).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Should().BeEmpty("the block in {0} at line {1} must compile", file, text[..position].Count(c => c == '\n') + 1);
    }

    [Fact]
    public void Links_ToFiles_Exist()
    {
        var broken =
            from file in Files()
            let folder = Path.GetDirectoryName(Repository.PathOf(file))!
            from match in FileLink().Matches(Repository.Read(file))
            let target = match.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target))
            select $"{file}: {target}";

        broken.Should().BeEmpty();
    }

    // A snippet can start after 'builder' or 'app' is created.
    private static string Complete(string code)
    {
        if (!UsesApp().IsMatch(code) && !UsesBuilder().IsMatch(code))
            return code;
        var start = code.Contains("WebApplication.CreateBuilder", StringComparison.Ordinal) || code.Contains("WebApplication.CreateSlimBuilder", StringComparison.Ordinal)
            || code.Contains("Host.CreateApplicationBuilder", StringComparison.Ordinal)
            ? ""
            : "var builder = WebApplication.CreateBuilder(args);\n";
        if (UsesApp().IsMatch(code) && !code.Contains("var app =", StringComparison.Ordinal))
            start += "var app = builder.Build();\n";
        var usings = string.Concat(Using().Matches(code).Select(match => match.Value));
        return usings + start + Using().Replace(code, "");
    }

    private static IEnumerable<string> Files() => Directory.GetFiles(Repository.PathOf("docs"), "*.md")
        .Select(path => Path.GetRelativePath(Repository.Root, path))
        .Prepend("README.md");

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) is not ("WebSo.Events.EndToEnd.dll" or "WebSo.Events.TestKit.dll"))
        .Select(path => MetadataReference.CreateFromFile(path));

    [GeneratedRegex("^```csharp\\r?\\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("\\]\\((?<target>[^)#\\s]+)")]
    private static partial Regex FileLink();

    [GeneratedRegex("^app\\.", RegexOptions.Multiline)]
    private static partial Regex UsesApp();

    [GeneratedRegex("\\bbuilder\\.")]
    private static partial Regex UsesBuilder();

    [GeneratedRegex("^using [\\w.]+;\\r?\\n", RegexOptions.Multiline)]
    private static partial Regex Using();
}
