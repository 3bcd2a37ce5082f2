using System.CommandLine;

namespace WebSo.Events;

/// <summary>Every option and argument of every command with invalid values.</summary>
internal static class Nonsense
{
    private static readonly string[] s_values = ["x", "", "-1", "2.5", "NaN", "1e999", "99999999999999999999", "\u001b[2J\u202e", "a\r\nb", "--"];

    public static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    public static string PathOf(Command command) =>
        string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(PathOf).Append(command.Name));

    /// <summary>Whether all values above are invalid for the option.</summary>
    public static bool IsTyped(Option option) => option.ValueType != typeof(string) && option.ValueType != typeof(string[]) && option.ValueType != typeof(FileInfo);

    public static IEnumerable<string> ValuesOf(Type type) => type switch
    {
        _ when type == typeof(bool) => [],
        // An option that names a file would create it.
        _ when type == typeof(FileInfo) => ["", Path.GetTempPath(), Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "\u001b[2J"), "/dev/null/x"],
        _ => s_values,
    };
}
