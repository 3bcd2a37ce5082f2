using System.CommandLine.Parsing;

namespace WebSo.Events.Tool.Commands;

// The fault names for --faults.
internal static class FaultNames
{
    private static readonly Dictionary<string, WebSoFaults> s_faults = new(StringComparer.Ordinal)
    {
        ["duplicate"] = WebSoFaults.DuplicateDelivery,
        ["reordered"] = WebSoFaults.ReorderedDelivery,
        ["lost-answer"] = WebSoFaults.LostAnswer,
        ["second-post"] = WebSoFaults.SilentSecondPost,
        ["slow"] = WebSoFaults.SlowRequest,
        ["torn"] = WebSoFaults.TornRequest,
        ["unknown-event"] = WebSoFaults.UnknownEvent,
        ["extra-property"] = WebSoFaults.ExtraProperty,
        ["shuffled"] = WebSoFaults.ShuffledProperties,
        ["unquoted"] = WebSoFaults.UnquotedName,
        ["numbers"] = WebSoFaults.NumbersForStrings,
        ["all"] = WebSoFaults.All,
    };

    public static string List => string.Join(',', s_faults.Keys);

    public static WebSoFaults Parse(ArgumentResult result)
    {
        var faults = WebSoFaults.None;
        foreach (var name in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (s_faults.TryGetValue(name, out var fault))
                faults |= fault;
            else
                result.AddError($"--faults contains '{name}'. Use one or more of {List}.");
        }

        return faults;
    }
}
