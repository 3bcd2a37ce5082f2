using System.IO.Compression;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Packages;

/// <summary>
/// Checks that a package that uses internal types of another package depends on exactly the version that it was built with.
/// </summary>
public sealed class PackageDependencyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dependencies_OnOwnPackages_RequireExactVersion()
    {
        await PackAsync();

        var nuspecs = Directory.GetFiles(_folder.Path, "*.nupkg").Select(ReadNuspec).ToList();
        var dependencies = nuspecs
            .SelectMany(nuspec => Elements(nuspec, "dependency").Select(dependency => (
                Package: Elements(nuspec, "id").Single().Value,
                PackageVersion: Elements(nuspec, "version").Single().Value,
                Id: dependency.Attribute("id")!.Value,
                Version: dependency.Attribute("version")!.Value)))
            .Where(dependency => Package.All.Contains(dependency.Id))
            .ToList();

        nuspecs.Should().HaveCount(Package.Libraries.Count);
        dependencies.Select(dependency => dependency.Package).Should().Contain(Package.Libraries.Where(package => package != "WebSo.Events"));
        dependencies.Should().OnlyContain(dependency => dependency.Version == $"[{dependency.PackageVersion}]");
    }

    private static XDocument ReadNuspec(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        using var nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec);
    }

    private static IEnumerable<XElement> Elements(XDocument nuspec, string name) => nuspec.Descendants().Where(element => element.Name.LocalName == name);

    // Packs the build output of this test run in a single process, because one process per package is many times slower. The tool is not
    // packed, because it contains its dependencies.
    private async Task PackAsync()
    {
        var all = _folder.File("all.proj");
        var projects = string.Join(';', Package.Libraries.Select(package => Repository.PathOf($"src/{package}/{package}.csproj")));
        await File.WriteAllTextAsync(
            all,
            $"""
            <Project>
              <Target Name="PackAll">
                <MSBuild Projects="{projects}" Targets="Pack" Properties="Configuration={Repository.Configuration};NoBuild=true;PackageOutputPath={_folder.Path};IncludeSymbols=false" />
              </Target>
            </Project>
            """,
            Canceled);
        await using var build = ChildProcess.Start("dotnet", "msbuild", all, "-t:PackAll", "-nologo", "-v:quiet", "-nodeReuse:false");
        var exitCode = await build.WaitForExitAsync(Canceled, TimeSpan.FromMinutes(5));
        exitCode.Should().Be(0, "{0}", string.Join('\n', build.Seen));
    }
}
