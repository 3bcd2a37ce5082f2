using System.Text.RegularExpressions;

namespace WebSo.Events.Tests;

// The mermaid diagrams of docs/architecture.md.
internal static partial class ArchitecturePage
{
    // The arrows of the first diagram of a section, such as "A --> B & C".
    public static IReadOnlyList<(string From, string To)> ReadArrows(string heading) =>
    [
        .. ReadDiagrams(heading)[0].Split('\n')
            .Select(line => line.Split(" --> "))
            .Where(parts => parts.Length == 2)
            .SelectMany(parts => parts[1].Split(" & ").Select(to => (parts[0].Trim(), to.Trim()))),
    ];

    // The classes of each diagram of a section with their folders, such as "EventReceiver" and "WebSo.Events/Receiving".
    public static IReadOnlyList<IReadOnlyList<(string Class, string Folder)>> ReadClasses(string heading) =>
    [
        .. ReadDiagrams(heading).Select(diagram =>
            Box().Matches(diagram).Select(match => (match.Groups["class"].Value, match.Groups["folder"].Value)).ToList()),
    ];

    // The first column of the first table of a section.
    public static IReadOnlyList<string> ReadNames(string heading) =>
        [.. ReadSection(heading).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

    private static List<string> ReadDiagrams(string heading) => [.. Diagram().Matches(ReadSection(heading)).Select(match => match.Groups["text"].Value)];

    private static string ReadSection(string heading) => Repository.Read("docs/architecture.md").ReplaceLineEndings("\n").Split($"\n## {heading}\n")[1].Split("\n## ")[0];

    [GeneratedRegex("^```mermaid\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Diagram();

    [GeneratedRegex("\\[\"(?<class>\\w+)<br/>(?<folder>[\\w./]+)\"\\]")]
    private static partial Regex Box();
}
