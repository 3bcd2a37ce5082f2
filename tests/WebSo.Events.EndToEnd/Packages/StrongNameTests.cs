using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using FluentAssertions;
using WebSo.Events.EndToEnd.Samples;
using Xunit;

namespace WebSo.Events.EndToEnd.Packages;

/// <summary>Checks that each shipped assembly is signed with the key of the repository, and references only signed assemblies.</summary>
public sealed class StrongNameTests
{
    private const string Token = "0c1d53122183b06c";

    public static TheoryData<string> Packages => [.. Package.All];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Assembly_OfEachTargetFramework_HasStrongNameOfRepository(string package)
    {
        var files = Package.FilesOf(package);

        files.Should().NotBeEmpty();
        foreach (var file in files)
        {
            Convert.ToHexStringLower(AssemblyName.GetAssemblyName(file).GetPublicKeyToken()!).Should().Be(Token, file);
            using var image = new PEReader(File.OpenRead(file));
            image.PEHeaders.CorHeader!.Flags.Should().HaveFlag(CorFlags.StrongNameSigned, file);
        }
    }

    // On .NET Framework, a strong-named assembly can reference only strong-named assemblies.
    [Theory]
    [MemberData(nameof(Packages))]
    public void References_OfEachTargetFramework_HaveStrongNames(string package)
    {
        foreach (var file in Package.FilesOf(package))
            ReferencesOf(file).Where(reference => !reference.IsSigned).Select(reference => reference.Name).Should().BeEmpty("{0} has a strong name", file);
    }

    // Includes transitive dependencies.
    [Fact]
    public void References_OfNetFrameworkSample_HaveStrongNames()
    {
        var files = Directory.GetFiles(Sample.OutputOf("NetFrameworkService", "net472"), "*.dll").Where(file => IsManaged(file)).ToList();

        files.Should().HaveCountGreaterThan(10);
        files.Where(file => AssemblyName.GetAssemblyName(file).GetPublicKeyToken() is not { Length: > 0 }).Should().BeEmpty();
    }

    private static bool IsManaged(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        return image.HasMetadata;
    }

    private static List<(string Name, bool IsSigned)> ReferencesOf(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .Select(reference => (metadata.GetString(reference.Name), !reference.PublicKeyOrToken.IsNil))];
    }
}
