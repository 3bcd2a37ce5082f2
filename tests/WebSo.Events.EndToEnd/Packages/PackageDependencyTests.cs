using System.Diagnostics;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>
/// A package that uses internal types of another depends on exactly the version that it was built with. The test reads the nuspec files that
/// <c>dotnet pack</c> puts into the packages.
/// </summary>
public sealed class PackageDependencyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dependencies_OnOwnPackages_AreOnExactlyTheirVersion()
    {
        await WriteNuspecsAsync();

        var nuspecs = Directory.GetFiles(_folder.Path, "*.nuspec").Select(file => XDocument.Load(file)).ToList();
        var dependencies = nuspecs
            .SelectMany(nuspec => Elements(nuspec, "dependency").Select(dependency => (
                Package: Elements(nuspec, "id").Single().Value,
                PackageVersion: Elements(nuspec, "version").Single().Value,
                Id: dependency.Attribute("id")!.Value,
                Version: dependency.Attribute("version")!.Value)))
            .Where(dependency => Package.All.Contains(dependency.Id))
            .ToList();

        nuspecs.Should().HaveCount(Package.All.Count);
        dependencies.Select(dependency => dependency.Package).Should().Contain(Package.Libraries.Where(package => package != "WebSo.Events"));
        dependencies.Should().OnlyContain(dependency => dependency.Version == $"[{dependency.PackageVersion}]");
    }

    private static IEnumerable<XElement> Elements(XDocument nuspec, string name) => nuspec.Descendants().Where(element => element.Name.LocalName == name);

    // One evaluation for all packages: packing each by itself takes ten times as long.
    private async Task WriteNuspecsAsync()
    {
        var all = Path.Combine(_folder.Path, "all.proj");
        await File.WriteAllTextAsync(
            all,
            $"""
            <Project>
              <ItemGroup><Packed Include="{Repository.PathOf("src")}/*/*.csproj" /></ItemGroup>
              <Target Name="Write">
                <MSBuild Projects="@(Packed)" Targets="GenerateNuspec" BuildInParallel="true"
                  Properties="Configuration={Repository.Configuration};NoBuild=true;NuspecOutputPath={_folder.Path}/;PackageOutputPath={_folder.Path}/;ContinuePackingAfterGeneratingNuspec=false" />
              </Target>
            </Project>
            """,
            Canceled);
        await using var build = ChildProcess.Start(new ProcessStartInfo("dotnet", ["msbuild", all, "-t:Write", "-nologo", "-v:quiet", "-nodeReuse:false"]) { WorkingDirectory = _folder.Path });
        var exitCode = await build.WaitForExitAsync(Canceled, TimeSpan.FromMinutes(3));
        exitCode.Should().Be(0, "{0}", string.Join('\n', build.Seen));
    }
}
